package io.gpuinfer.serving.version;

/** What requests find where a model should be: a version of it, or the reason why there is none. */
sealed interface Place<S extends Servable> {

  /**
   * No version.
   *
   * @param why the rest of a sentence that begins with the model's name
   */
  record Vacancy<S extends Servable>(String why) implements Place<S> {}

  /** A version. */
  record Occupied<S extends Servable>(ServedVersion<S> version) implements Place<S> {}
}
