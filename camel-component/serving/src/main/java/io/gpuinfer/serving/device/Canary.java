package io.gpuinfer.serving.device;

import io.gpuinfer.engine.DeviceOfflineException;
import io.gpuinfer.engine.InferenceSession;
import io.gpuinfer.engine.InvalidInputException;
import io.gpuinfer.engine.ModelLoadException;
import io.gpuinfer.engine.RunOptions;
import io.gpuinfer.engine.Tensor;
import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An inference whose answer is known: the one that the model gave when it was loaded. A device that
 * gives another one later, or cannot give it twice, computes wrongly.
 */
public final class Canary {

  private static final Logger LOG = LoggerFactory.getLogger(Canary.class);

  /** The largest difference of an element, relative to its size or to 1, whichever is larger. */
  private static final double TOLERANCE = 1e-3;

  /** Below this, the system's own doings decide what a run takes. */
  private static final long SHORT = Duration.ofMillis(5).toNanos();

  /** Runs of which the fastest counts; the first one of a shape is slower. */
  private static final int SAMPLES = 4;

  private final String model;
  private final LongSupplier clock;
  private final Map<String, Tensor> inputs;
  private final Map<String, Tensor> expected;
  private final long nanos;

  private Canary(
      String model,
      LongSupplier clock,
      Map<String, Tensor> inputs,
      Map<String, Tensor> expected,
      long nanos) {
    this.model = model;
    this.clock = clock;
    this.inputs = inputs;
    this.expected = expected;
    this.nanos = nanos;
  }

  /**
   * Runs a model twice on inputs made up for it.
   *
   * @param clock nanoseconds
   * @return empty when it takes none of those tried, as a model does whose inputs are extents, or
   *     when none may be tried
   * @throws ModelLoadException when the two answers differ
   */
  public static Optional<Canary> of(String model, InferenceSession session, LongSupplier clock) {
    if (!session.takesMadeUpInputs()) {
      return Optional.empty();
    }
    for (int candidate : CanaryInputs.CANDIDATES) {
      Map<String, Tensor> inputs = CanaryInputs.of(session.inputs(), candidate);
      Map<String, Tensor> first;
      try {
        first = session.run(inputs);
      } catch (InvalidInputException | ModelLoadException e) {
        LOG.debug("{} takes no canary of extent {}: {}", model, candidate, e.getMessage());
        continue;
      }
      long began = clock.getAsLong();
      Map<String, Tensor> second = session.run(inputs);
      long nanos = clock.getAsLong() - began;
      String difference = difference(first, second);
      if (difference != null) {
        throw new ModelLoadException(
            "%s answers the same inputs differently each time: %s".formatted(model, difference));
      }
      return Optional.of(new Canary(model, clock, inputs, first, nanos));
    }
    LOG.info("{} takes no inputs that could be made up, so no canary watches its device", model);
    return Optional.empty();
  }

  /**
   * How much longer than at first it took; what is too short to tell apart counts as the same.
   *
   * @param took nanoseconds
   */
  public double slowness(long took) {
    return (double) Math.max(took, SHORT) / Math.max(nanos, SHORT);
  }

  /**
   * Runs it again.
   *
   * @return nanoseconds that it took
   * @throws DeviceOfflineException when the answer is not the stored one
   */
  public long check(InferenceSession session) {
    long began = clock.getAsLong();
    Map<String, Tensor> outputs = session.execute(inputs, RunOptions.NONE).outputs();
    long took = clock.getAsLong() - began;
    String difference = difference(expected, outputs);
    if (difference != null) {
      throw new DeviceOfflineException(
          "%s computes wrongly: the canary inference of %s differs from its stored answer: %s"
              .formatted(session.device().name(), model, difference));
    }
    return took;
  }

  /**
   * Times runs of its inputs, several times one below the other.
   *
   * @param rows how many times
   * @return what the fastest of them took; empty when the model does not take them like that
   */
  public Optional<Sample> sample(InferenceSession session, int rows) {
    Map<String, Tensor> stacked = new HashMap<>();
    long elements = 0;
    for (Map.Entry<String, Tensor> input : inputs.entrySet()) {
      if (input.getValue().rank() == 0) {
        return Optional.empty();
      }
      long[] shape = input.getValue().shape();
      shape[0] *= rows;
      Tensor tensor = Tensor.stack(Collections.nCopies(rows, input.getValue()), shape);
      stacked.put(input.getKey(), tensor);
      elements += tensor.size();
    }
    long least = Long.MAX_VALUE;
    long flops = 0;
    try {
      for (int i = 0; i < SAMPLES; i++) {
        long began = clock.getAsLong();
        flops = session.execute(stacked, RunOptions.NONE).execution().flops();
        least = Math.min(least, clock.getAsLong() - began);
      }
    } catch (InvalidInputException | ModelLoadException e) {
      LOG.debug("{} does not take {} canaries at once: {}", model, rows, e.getMessage());
      return Optional.empty();
    }
    return Optional.of(new Sample(flops > 0 ? flops : elements, least));
  }

  /**
   * What a run took.
   *
   * @param work in FLOPs, or in elements of the inputs where the engine does not count them
   * @param nanos it took
   */
  public record Sample(double work, long nanos) {}

  /** What differs, or null. */
  private static String difference(Map<String, Tensor> expected, Map<String, Tensor> outputs) {
    for (Map.Entry<String, Tensor> entry : expected.entrySet()) {
      Tensor want = entry.getValue();
      Tensor got = outputs.get(entry.getKey());
      if (got == null || got.size() != want.size()) {
        return "output %s is %s and was %s".formatted(entry.getKey(), got, want);
      }
      for (int i = 0; i < want.size(); i++) {
        double from = want.doubleAt(i);
        double to = got.doubleAt(i);
        boolean same =
            Double.compare(from, to) == 0
                || Math.abs(from - to) <= TOLERANCE * Math.max(1, Math.abs(from));
        if (!same) {
          return "element %d of output %s is %g and was %g".formatted(i, entry.getKey(), to, from);
        }
      }
    }
    return null;
  }
}
