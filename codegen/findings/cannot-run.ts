/** What ends a command before it could look at anything: a folder that is not there, a file that cannot be read. */
export class CannotRun extends Error {
  override readonly name = "CannotRun";
}
