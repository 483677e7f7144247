package io.gpuinfer.engine.plan;

import io.gpuinfer.engine.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * What a model keeps on the device for all its plans: constants, and weights in the order in which
 * kernels read them. Starts with zeros, which windows read where they hang over an image's edge.
 *
 * <p>What does not fit one buffer goes on in the next, a shard; a tensor never lies in two. Safe
 * for use by several threads.
 */
public final class WeightStore {

  /** Zeros at the start: a window reads at most one pixel's channels of them. */
  static final int ZEROS = 16384;

  private static final String ADVICE =
      "an element has four bytes there, or two in a matrix of 16 or 8 bits. Use device=cpu, or a"
          + " smaller model";

  private record Entry(int shard, int from, float[] values) {}

  private final Target target;

  /**
   * Offsets by layout, then by the tensor itself: equal tensors of two names are rare and large.
   */
  private final Map<String, Map<Tensor, Long>> known = new HashMap<>();

  private final List<Entry> unwritten = new ArrayList<>();

  /** Elements of each shard. */
  private final long[] sizes = new long[Buffer.MAX_SHARDS];

  private int count;
  private volatile long size;

  public WeightStore(Target target) {
    this.target = target;
    sizes[0] = target.align(0) + ZEROS;
    size = sizes[0];
  }

  /** The offset of the zeros. */
  long zeros() {
    return target.align(0);
  }

  /** The offset of a tensor's elements, each as four bytes. */
  long raw(Tensor tensor) {
    return packed(tensor, "raw", () -> Words.of(tensor));
  }

  /**
   * The offset of a tensor in another order, for {@link Buffer#WEIGHTS}.
   *
   * @param layout names the order
   * @param packer makes it; called once
   * @throws io.gpuinfer.engine.ModelLoadException when the weights do not fit the buffers
   */
  synchronized long packed(Tensor tensor, String layout, Supplier<float[]> packer) {
    Map<Tensor, Long> sameLayout = known.computeIfAbsent(layout, k -> new IdentityHashMap<>());
    Long present = sameLayout.get(tensor);
    if (present != null) {
      return present;
    }
    shardFor(tensor, tensor.size()); // before an array is made that may not fit the heap either
    float[] values = packer.get();
    int shard = shardFor(tensor, values.length);
    long from = target.align(sizes[shard]);
    sizes[shard] = from + values.length;
    size = Arrays.stream(sizes).sum();
    long offset = Buffer.inShard(shard, from);
    sameLayout.put(tensor, offset);
    unwritten.add(new Entry(shard, (int) from, values));
    count++;
    return offset;
  }

  /** The first shard that has room for so many elements. */
  private int shardFor(Tensor tensor, long elements) {
    for (int shard = 0; shard < sizes.length; shard++) {
      if (target.align(sizes[shard]) + elements <= target.shardElements()) {
        return shard;
      }
    }
    if (target.align(0) + elements > target.shardElements()) {
      throw new TooLargeException(
          "Weights of shape %s need %d MiB on the device in one buffer, of which it has %d MiB; %s"
              .formatted(
                  Arrays.toString(tensor.shape()),
                  mebibytes(elements),
                  mebibytes(target.shardElements()),
                  ADVICE));
    }
    throw new TooLargeException(
        "The model's weights need over %d MiB on the device, which are all that %d buffers of %d MiB hold; %s"
            .formatted(mebibytes(size()), sizes.length, mebibytes(target.shardElements()), ADVICE));
  }

  private static long mebibytes(long elements) {
    return (elements * Float.BYTES) >> 20;
  }

  /** Elements in all; waits for nobody. */
  public long size() {
    return size;
  }

  /** Elements of each shard that has any. */
  public synchronized long[] sizes() {
    return Arrays.stream(sizes).filter(elements -> elements > 0).toArray();
  }

  /** How many tensors are kept: grows when a plan brings new ones. */
  public synchronized int count() {
    return count;
  }

  /**
   * Writes what no call before has written, and lets go of it.
   *
   * @param shards an array for each of {@link #sizes}, with what was written before
   */
  public synchronized void writeTo(List<float[]> shards) {
    for (Entry entry : unwritten) {
      float[] shard = shards.get(entry.shard());
      System.arraycopy(entry.values(), 0, shard, entry.from(), entry.values().length);
    }
    unwritten.clear();
  }
}
