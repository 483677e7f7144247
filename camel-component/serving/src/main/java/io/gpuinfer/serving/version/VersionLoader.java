package io.gpuinfer.serving.version;

/**
 * Brings a version into memory.
 *
 * @param <S> what a version is
 */
@FunctionalInterface
public interface VersionLoader<S extends Servable> {

  /**
   * Loads a version, warms it up and has it pass its canary: what this returns is ready to answer.
   * What it throws has left nothing in memory. May block for as long as that takes.
   *
   * @throws io.gpuinfer.engine.GpuInferException when the version is not there, damaged, too large,
   *     or gives wrong answers
   */
  S load(String version);
}
