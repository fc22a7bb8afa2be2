/**
 * Every code a finding may have, and the rule it stands for. A finding says where the rule is broken, and how.
 *
 * The sentences are the reference table; the rules themselves are in `rules/`, one file a topic.
 */
export const findingCodes = {
  // load
  syntax: "A file is JSON as RFC 8259 has it: UTF-8, no byte order mark, no comments, no trailing commas.",
  duplicate_key: "An object names a key once; readers differ in which of two they take.",
  layout: "Each file stands where the layout of a protocol has one, and each protocol has a protocol.json.",
  meta_schema: "A file has the form that the meta-schema of its kind asks for.",

  // rules/references.ts
  unknown_reference: "A `$ref` leads to a type that is declared in the same protocol.",
  unused_type: "A type that is declared is referred to.",

  // rules/recursion.ts
  endless_type: "A type that contains itself does so through an array, a map or an optional field.",

  // rules/keywords.ts
  mixed_schema: "A schema is one thing: a reference, a combination, a constant, an enumeration, or a type.",
  misplaced_keyword: "A keyword stands beside the type it says something about.",
  unknown_required: "A required field is one of the properties.",

  // rules/numbers.ts
  empty_range: "A range holds at least one value.",
  unsafe_number: "Numbers in a schema stay within +/-(2^53 - 1), where every language agrees on them.",

  // rules/documentation.ts
  free_content: "What has no schema says so with `x-free`, and says why in its description.",
  missing_description: "Every field and every declared type has a description.",
  missing_example: "Every event and every command has an example.",

  // rules/patterns.ts
  unportable_pattern: "A pattern is a regular expression that means the same in every language.",

  // rules/unions.ts
  indistinct_members: "The members of `oneOf` are told apart by JSON type, by constants, or by a discriminator.",
  broken_discriminator:
    "Each member of a discriminated `oneOf` is an object that requires the field and fixes it to values of its own.",

  // rules/all-of.ts
  unmergeable: "The members of `allOf` are objects, open ones, that agree on the fields they share.",

  // rules/values.ts
  refused_value: "A default, constant or example is accepted by its own schema.",
  not_text: "What is stored as bare text is a string.",

  // rules/samples.ts
  no_sample: "Of every text, a sample can be made from its pattern, format and lengths, or stands in `examples`.",

  // rules/names.ts
  unusable_name: "Every name can be made into an identifier of every language, and into a file on every system.",

  // rules/clashes.ts
  name_clash: "Names that generated code puts side by side differ, and by more than case.",

  // rules/subjects.ts
  invalid_subject: "A subject template gives a legal subject.",
  unknown_token: "A token type is declared in protocol.json.",
  unfilled_parameter: "A parameter of a subject is a part of the address, or what the message itself is called.",
  unknown_dialect: "A subject of its own is given for a dialect that protocol.json declares.",
  token_example: "The examples of a token type come out as stated.",

  // rules/overlap.ts
  overlapping_subjects: "Two messages that may arrive on one subject can be told apart by what is in them.",

  // rules/streams.ts
  unknown_event: "A stream keeps events that there are.",
  overlapping_streams: "What a stream keeps, no other keeps, and nobody is asked there; nor are its dead letters.",
  forgetful_stream: "A stream keeps an event for as long as it remembers its id.",

  // rules/envelopes.ts
  unknown_envelope: "A message is wrapped in an envelope of its kind that protocol.json declares.",
  invalid_template: "A template can be written and read: holes have names, and what is spread is a hole.",
  unknown_hole: "A hole of a template is one that the runtime fills.",
  missing_hole: "An envelope has a hole for what it carries.",

  // rules/roles.ts
  unknown_lifecycle: "A role is played by a lifecycle message that there is.",
  refused_report: "What the runtime says in a role is accepted by the message that plays it.",

  // rules/spreads.ts
  spread_clash: "What is spread into an envelope is an object without the fields that the envelope itself has.",

  // rules/services.ts
  unknown_service: "A folder under commands/ is a service of protocol.json.",
  command_clash: "Inside a service no two commands share a method, a name or an alias.",
  unknown_pace: "The pace of a command is one that protocol.json declares.",
  unnamed_address: "A result that is to name an address has fields with the names of its parts.",
  arguments_object: "The arguments of a command are an object.",
  argument_alias: "An argument's alias stands for an argument there is, and is no argument itself.",

  // rules/options.ts
  unknown_setting: "What sets an option is a setting of the configuration.",
  misfit_option: "A factor belongs to a number, and an option is chosen by values that the setting can have.",

  // rules/annexes.ts
  unknown_message: "A defect or a comparison refers to messages of the same protocol.",
  repeated_entry: "A defect's id, and the name of another client's method, stands in its list once.",
  missing_reason: "What another client has and this one lacks, or calls otherwise, has a reason.",

  // write
  foreign_file: "Generated files replace generated files only.",
} as const;

/** The name of a kind of finding. */
export type FindingCode = keyof typeof findingCodes;
