package io.gpuinfer.engine;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A model loaded on one device, ready to run. Runs are serialised: callers on several threads wait
 * for each other.
 */
public interface InferenceSession extends AutoCloseable {

  /** The inputs every run must be given, by name. */
  List<TensorInfo> inputs();

  /** The outputs every run answers. */
  List<TensorInfo> outputs();

  /** The device that all of the model runs on. */
  DeviceInfo device();

  /**
   * Runs the model once, after the runs that came before.
   *
   * @param inputs one tensor for each of {@link #inputs()}; all dynamic extents may differ from run
   *     to run
   * @return the model's outputs, and what was executed for them
   * @throws InvalidInputException when the inputs do not fit the model; the session stays usable
   * @throws DeadlineExceededException when the deadline passed, before or during the run, or the
   *     run was cancelled
   * @throws DeviceOfflineException when the device reported an error; a later run tries it again
   * @throws IllegalStateException when the session is closed
   */
  RunResult execute(Map<String, Tensor> inputs, RunOptions options);

  /** Runs the model once, as {@link #execute} does, for its outputs alone. */
  default Map<String, Tensor> run(Map<String, Tensor> inputs, RunOptions options) {
    return execute(inputs, options).outputs();
  }

  /** Runs the model once without a deadline. */
  default Map<String, Tensor> run(Map<String, Tensor> inputs) {
    return run(inputs, RunOptions.NONE);
  }

  /**
   * What is loaded, what it costs, and where the last run was executed. Answers at once, also while
   * a run is going on or hangs; what it says of runs is of the last one that ended.
   */
  SessionDescription describe();

  /** What was made for the device of code that a user wrote; empty for a model. */
  default Optional<DeviceCode> code() {
    return Optional.empty();
  }

  /**
   * Whether it may be tried with inputs that were made up of its {@link #inputs()}: not where
   * nothing would stop it from doing harm with them.
   */
  default boolean takesMadeUpInputs() {
    return true;
  }

  /**
   * Refuses runs from now on, those that wait for their turn included, and gives the device memory
   * back. It returns at once: while a run is going on, its memory is in use, and is given back when
   * that run ends; never, should it hang for ever.
   */
  @Override
  void close();
}
