package io.gpuinfer.engine.plan;

import io.gpuinfer.engine.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
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

  private record Entry(long offset, float[] values) {}

  private final Target target;

  /** By layout, then by the tensor itself: equal tensors of two names are rare and large. */
  private final Map<String, Map<Tensor, Entry>> known = new HashMap<>();

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
   * @throws io.gpuinfer.engine.ModelLoadException when the weights do not fit one buffer
   */
  long packed(Tensor tensor, String layout, Supplier<float[]> packer) {
    Map<Tensor, Entry> sameLayout = known.computeIfAbsent(layout, k -> new IdentityHashMap<>());
    Entry present = sameLayout.get(tensor);
    if (present != null) {
      return present.offset();
    }
    checkRoom(size + tensor.size()); // before an array is made that may not fit the heap either
    float[] values = packer.get();
    Entry entry = new Entry(target.align(size), values);
    size = entry.offset() + values.length;
    checkRoom(size);
    sameLayout.put(tensor, entry);
    entries.add(entry);
    return entry.offset();
  }

  private static void checkRoom(long elements) {
    if (elements >= Buffer.MAX_ELEMENTS) {
      throw new TooLargeException(
          "The model's weights need over 2 GiB on the device, where every element has four bytes,"
              + " also those of 8 and 16 bits; use device=cpu, or a smaller model");
    }
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
