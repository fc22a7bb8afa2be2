/** What goes on until somebody ends it. */

/** Something that goes on until it is stopped. */
export interface Registration {
  /** Ends it at once. A handler that is running finishes. May be called more than once. */
  stop(): void;
}

/** Several that are stopped as one. */
export function together(registrations: readonly Registration[]): Registration {
  return {
    stop: () => {
      for (const registration of registrations) registration.stop();
    },
  };
}
