package io.gpuinfer.benchmarks.capacity;

import io.gpuinfer.benchmarks.Spread;
import io.gpuinfer.engine.InferenceSession;
import io.gpuinfer.engine.PlanDescription;
import io.gpuinfer.engine.Tensor;
import io.gpuinfer.load.Neighbours;
import io.gpuinfer.serving.capacity.ItemKind;
import io.gpuinfer.serving.capacity.ModelCost;
import io.gpuinfer.serving.capacity.Scatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * Times batches of all kinds of items and of several sizes, in turn, so that what else the machine
 * does meets all of them.
 */
final class CostMeasurement {

  private static final int MOST_ROUNDS = 200;
  private static final int MOST_LEVELS = 5;

  private final String name;
  private final InferenceSession session;
  private final List<SampleKind> kinds;
  private final int maxBatch;
  private final List<Trial> trials = new ArrayList<>();
  private final Neighbours neighbours = new Neighbours();
  private int rounds;

  /**
   * Runs each batch once, untimed.
   *
   * @param name for the cost
   * @param session the model on its device
   * @param kinds inputs to try
   * @param maxBatch the largest batch
   */
  CostMeasurement(String name, InferenceSession session, List<SampleKind> kinds, int maxBatch) {
    this.name = name;
    this.session = session;
    this.kinds = kinds;
    this.maxBatch = maxBatch;
    prepare();
    neighbours.share();
  }

  /** Times each batch once more. */
  void round() {
    for (Trial trial : trials) {
      long begin = System.nanoTime();
      session.run(trial.inputs());
      trial.nanos()[rounds] = System.nanoTime() - begin;
    }
    rounds++;
  }

  /** Forgets all times. */
  void restart() {
    rounds = 0;
    neighbours.share();
  }

  /** Whether one more round may be timed. */
  boolean hasRoom() {
    return rounds < MOST_ROUNDS;
  }

  /** What all rounds so far say. */
  MeasuredModel result() {
    double others = neighbours.share();
    List<BatchFit.Point> points =
        trials.stream().map(trial -> new BatchFit.Point(trial.flops(), median(trial))).toList();
    BatchFit fit = BatchFit.of(points);
    return new MeasuredModel(
        new ModelCost(
            name,
            kinds.stream().map(kind -> cost(largest(kind), fit)).toList(),
            fit.nanosPerBatch(),
            scatter(fit),
            session.describe().weightBytes(),
            workingBytesPerItem(),
            maxBatch,
            1),
        fit,
        points.stream().mapToDouble(fit::error).max().orElseThrow(),
        others);
  }

  /** A batch of one kind and size, and how long it took each time. */
  private record Trial(
      SampleKind kind, int size, Map<String, Tensor> inputs, PlanDescription plan, double[] nanos) {

    double flops() {
      return plan.flops();
    }
  }

  private void prepare() {
    TreeSet<Integer> sizes = new TreeSet<>(List.of(1, maxBatch));
    for (int size = 2; size < maxBatch; size *= 2) {
      sizes.add(size);
    }
    for (SampleKind kind : kinds) {
      for (int size : sizes) {
        Map<String, Tensor> inputs = kind.batch().apply(size);
        session.run(inputs);
        List<PlanDescription> plans = session.describe().plans();
        if (plans.isEmpty() || plans.get(plans.size() - 1).flops() == 0) {
          throw new IllegalArgumentException(
              "The engine of this device does not count the model's work; choose an OpenCL device");
        }
        PlanDescription plan = plans.get(plans.size() - 1);
        trials.add(new Trial(kind, size, inputs, plan, new double[MOST_ROUNDS]));
      }
    }
  }

  private Trial largest(SampleKind kind) {
    Trial largest = null;
    for (Trial trial : trials) {
      if (trial.kind().equals(kind)) {
        largest = trial;
      }
    }
    return largest;
  }

  private static ItemKind cost(Trial largest, BatchFit fit) {
    double flops = largest.flops() / largest.size();
    double bytes = (double) largest.plan().bytes() / largest.size();
    return new ItemKind(
        largest.kind().name(), largest.kind().share(), flops, bytes, flops * fit.nanosPerFlop());
  }

  /** A session holds the intermediates of its largest plan. */
  private long workingBytesPerItem() {
    return trials.stream()
        .mapToLong(trial -> trial.plan().arenaBytes() / trial.size())
        .max()
        .orElseThrow();
  }

  /**
   * Of all times, so that the mean is right although the line goes through medians. Trials of like
   * length together, since the slowest of 100 take more than a hundred tries.
   */
  private Scatter scatter(BatchFit fit) {
    List<Trial> sorted = trials.stream().sorted(Comparator.comparingDouble(this::median)).toList();
    int together = (sorted.size() + MOST_LEVELS - 1) / MOST_LEVELS;
    List<Scatter.Level> levels = new ArrayList<>();
    for (int from = 0; from < sorted.size(); from += together) {
      levels.add(level(sorted.subList(from, Math.min(sorted.size(), from + together)), fit));
    }
    return new Scatter(levels);
  }

  private Scatter.Level level(List<Trial> alike, BatchFit fit) {
    List<Double> ratios = new ArrayList<>();
    double logs = 0;
    for (Trial trial : alike) {
      double expected = fit.nanos(trial.flops());
      logs += Math.log(expected);
      for (int round = 0; round < rounds; round++) {
        ratios.add(trial.nanos()[round] / expected);
      }
    }
    return new Scatter.Level(Math.exp(logs / alike.size()), ratios);
  }

  /** The middle, as a batch that met another program says nothing of the model. */
  private double median(Trial trial) {
    return Spread.of(Arrays.copyOf(trial.nanos(), rounds)).median();
  }
}
