package io.gpuinfer.engine.opencl;

import java.util.ArrayList;
import java.util.List;

/**
 * Arrays with the first tensors of a model's weights, which devices read and nobody changes.
 * Several sessions may hold them. Guarded by their {@link ModelWeights}, unless said otherwise.
 */
final class WeightArrays {

  private final long[] lengths;
  private final List<float[]> shards = new ArrayList<>();
  private volatile int tensors;
  private int holders;

  /**
   * @param lengths elements of each array; there are none before {@link #allocate}
   */
  WeightArrays(long... lengths) {
    this.lengths = lengths.clone();
  }

  /** Makes the arrays, unless they are there. */
  void allocate() {
    while (shards.size() < lengths.length) {
      shards.add(new float[(int) lengths[shards.size()]]);
    }
  }

  /** Copies everything from arrays that are no longer than these. */
  void copy(WeightArrays from) {
    for (int i = 0; i < from.shards.size(); i++) {
      float[] shard = from.shards.get(i);
      System.arraycopy(shard, 0, shards.get(i), 0, shard.length);
    }
  }

  /** Whether every array is as long as asked for, and there are as many. */
  boolean hasRoom(long... wanted) {
    boolean room = wanted.length == lengths.length;
    for (int i = 0; room && i < wanted.length; i++) {
      room = wanted[i] <= lengths[i];
    }
    return room;
  }

  /** Says that so many tensors are written. */
  void written(int count) {
    tensors = count;
  }

  /** How many tensors are written; for any thread. */
  int tensors() {
    return tensors;
  }

  /** One array for each shard, from {@link #allocate} on for any thread. */
  List<float[]> shards() {
    return shards;
  }

  long bytes() {
    long elements = 0;
    for (long length : lengths) {
      elements += length;
    }
    return elements * Float.BYTES;
  }

  int holders() {
    return holders;
  }

  void hold() {
    holders++;
  }

  void letGo() {
    holders--;
  }
}
