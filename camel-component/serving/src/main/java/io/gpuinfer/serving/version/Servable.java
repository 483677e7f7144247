package io.gpuinfer.serving.version;

/** One version of a model, loaded and ready to answer. */
public interface Servable extends AutoCloseable {

  /** The version's name. */
  String version();

  /** Gives its memory back. Called once, after the last request has let go of it; may block. */
  @Override
  void close();
}
