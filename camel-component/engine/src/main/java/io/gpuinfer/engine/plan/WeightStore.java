package io.gpuinfer.engine.plan;

import io.gpuinfer.engine.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * What a model keeps on the device for all its plans: constants, and weights in the order in which
 * kernels read them. Starts with zeros, which windows read where they hang over an image's edge.
 */
public final class WeightStore {

  /** Zeros at the start: a window reads at most one pixel's channels of them. */
  static final int ZEROS = 16384;

  private record Key(int identity, String layout) {}

  private record Entry(long offset, float[] values, Tensor source) {}

  private final Target target;
  private final Map<Key, List<Entry>> known = new HashMap<>();
  private final List<Entry> entries = new ArrayList<>();
  private long size;

  public WeightStore(Target target) {
    this.target = target;
    this.size = target.align(0) + ZEROS;
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
   * The offset of a tensor in another order.
   *
   * @param layout names the order
   * @param packer makes it; called once
   */
  long packed(Tensor tensor, String layout, Supplier<float[]> packer) {
    Key key = new Key(System.identityHashCode(tensor), layout);
    List<Entry> candidates = known.computeIfAbsent(key, k -> new ArrayList<>());
    for (Entry entry : candidates) {
      if (entry.source() == tensor) {
        return entry.offset();
      }
    }
    float[] values = packer.get();
    Entry entry = new Entry(target.align(size), values, tensor);
    size = entry.offset() + values.length;
    Buffer.WEIGHTS.at(size);
    candidates.add(entry);
    entries.add(entry);
    return entry.offset();
  }

  /** Elements in all. */
  public long size() {
    return size;
  }

  /** How many tensors are kept: grows when a plan brings new ones. */
  public int count() {
    return entries.size();
  }

  /** Writes everything to the array that is uploaded. */
  public void writeTo(float[] array) {
    for (Entry entry : entries) {
      System.arraycopy(entry.values(), 0, array, (int) entry.offset(), entry.values().length);
    }
  }
}
