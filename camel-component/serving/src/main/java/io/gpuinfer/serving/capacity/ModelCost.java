package io.gpuinfer.serving.capacity;

import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * What a model asks of one device. A batch of {@code n} items takes {@code a·n + b}, where {@code
 * a} depends on the kind of the items and {@code b} does not.
 *
 * @param name the model's name
 * @param kinds of items that it is sent; one where all have the same shape
 * @param nanosPerBatch {@code b}: what every batch takes, however small
 * @param scatter how the times of equal batches differ
 * @param weightBytes weights on the device
 * @param workingBytesPerItem intermediates on the device, for each item that a batch may have
 * @param maxBatchSize items that may share a run
 * @param instances sessions on each device. The {@code b} of one runs beside the {@code a·n} of
 *     another where there are several, which supposes that the device has no part in {@code b}
 */
public record ModelCost(
    String name,
    List<ItemKind> kinds,
    double nanosPerBatch,
    Scatter scatter,
    long weightBytes,
    long workingBytesPerItem,
    int maxBatchSize,
    int instances) {

  private static final double NANOS_PER_SECOND = 1e9;

  public ModelCost {
    kinds = List.copyOf(kinds);
    if (kinds.isEmpty() || maxBatchSize < 1 || instances < 1) {
      throw new IllegalArgumentException(
          "%s needs a kind of items, a batch size and instances of 1 or more".formatted(name));
    }
    if (!(nanosPerBatch >= 0) || weightBytes < 0 || workingBytesPerItem < 0) {
      throw new IllegalArgumentException("Time and memory of " + name + " must not be negative");
    }
  }

  /** A model of one instance whose items are all alike and whose batches are always as fast. */
  public static ModelCost uniform(
      String name, double nanosPerItem, double nanosPerBatch, int maxBatchSize) {
    ItemKind only = new ItemKind("item", 1, 0, 0, nanosPerItem);
    return new ModelCost(name, List.of(only), nanosPerBatch, Scatter.NONE, 0, 0, maxBatchSize, 1);
  }

  /** Floating-point operations of an item, in the mean over the kinds. */
  public double flopsPerItem() {
    return mean(ItemKind::flops);
  }

  /** Bytes that an item reads and writes, in the mean over the kinds. */
  public double bytesPerItem() {
    return mean(ItemKind::bytes);
  }

  /** {@code a}, in the mean over the kinds. */
  public double nanosPerItem() {
    return mean(ItemKind::nanos);
  }

  /**
   * Items that one device answers in a second when every batch is full: {@code 1/(a + b/B)}. With
   * several instances it is what the device can do, {@code 1/a}, or what the instances can do
   * together, whichever is less (the asymptotic bounds of a closed network, Denning and Buzen,
   * 1978).
   */
  public double peakPerSecond() {
    double a = nanosPerItem();
    double alone = instances / (a + nanosPerBatch / maxBatchSize);
    double perNano = instances == 1 ? alone : Math.min(1 / a, alone);
    return perNano * NANOS_PER_SECOND / scatterOfFullBatches();
  }

  /**
   * The mean batch at which the device keeps up with a rate. While a batch runs, {@code rate·(a·n +
   * b)} items arrive, and these are the next one: {@code n = rate·b/(1 − rate·a)}, not less than 1
   * and not more than the largest batch. It holds for kinds that take turns, too: each is served
   * once in a round of batches.
   *
   * @param itemsPerSecond that one device gets
   */
  public double settledBatch(double itemsPerSecond) {
    double perNano = itemsPerSecond * scatterOfFullBatches() / NANOS_PER_SECOND;
    double idle = 1 - perNano * nanosPerItem();
    double batch = idle <= 0 ? maxBatchSize : perNano * nanosPerBatch / idle;
    return Math.min(maxBatchSize, Math.max(1, batch));
  }

  /** Memory on each device. */
  public long memoryBytes() {
    return instances * (weightBytes + workingBytesPerItem * maxBatchSize);
  }

  public ModelCost withMaxBatchSize(int size) {
    return new ModelCost(
        name, kinds, nanosPerBatch, scatter, weightBytes, workingBytesPerItem, size, instances);
  }

  private double scatterOfFullBatches() {
    return scatter.at(maxBatchSize * nanosPerItem() + nanosPerBatch).mean();
  }

  private double mean(ToDoubleFunction<ItemKind> figure) {
    double sum = 0;
    double shares = 0;
    for (ItemKind kind : kinds) {
      sum += kind.share() * figure.applyAsDouble(kind);
      shares += kind.share();
    }
    return sum / shares;
  }
}
