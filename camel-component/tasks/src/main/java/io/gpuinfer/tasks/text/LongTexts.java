package io.gpuinfer.tasks.text;

/** What becomes of a text that has more word pieces than the model takes. */
enum LongTexts {
  /** Its beginning is read. */
  TRUNCATE,
  /** All of it is read, in windows that overlap. */
  WINDOW,
  /** It is refused. */
  REFUSE
}
