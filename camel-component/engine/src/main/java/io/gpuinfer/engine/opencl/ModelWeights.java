package io.gpuinfer.engine.opencl;

import io.gpuinfer.engine.ModelLoadException;
import io.gpuinfer.engine.plan.WeightStore;
import java.util.Arrays;

/**
 * Brings a model's weights into the arrays that devices read. Plans may bring more of them; when
 * the arrays have no room for these, larger ones follow, and each session changes to them when a
 * plan of its own needs it.
 */
final class ModelWeights {

  /** What a session holds of its device's memory. */
  @FunctionalInterface
  interface Account {

    /**
     * @param gone bytes of weights that are given back
     * @param come bytes of weights that are taken instead
     * @throws ModelLoadException when there is not as much left
     */
    void exchange(long gone, long come);
  }

  private final WeightStore store; // also the lock: other sessions' plans may add to it meanwhile
  private final boolean inPlace;
  private final WeightArrays none = new WeightArrays();
  private WeightArrays latest = none;

  /**
   * @param inPlace whether devices read the arrays themselves: then they count once, however many
   *     sessions hold them
   */
  ModelWeights(WeightStore store, boolean inPlace) {
    this.store = store;
    this.inPlace = inPlace;
    none.written(-1); // not even the zeros
  }

  /** Takes hold of no arrays, as a session does before its first plan. */
  WeightArrays none() {
    synchronized (store) {
      none.hold();
      return none;
    }
  }

  /**
   * Takes hold of arrays with so many tensors, in place of those held before.
   *
   * @throws ModelLoadException when account or heap have no room; the session then holds what it
   *     held
   */
  WeightArrays exchange(WeightArrays before, int tensors, Account account) {
    synchronized (store) {
      WeightArrays next = before.tensors() >= tensors ? before : withAll();
      boolean same = next.equals(before);
      long gone = same || counts(before, 1) ? before.bytes() : 0;
      long come = same || counts(next, 0) ? next.bytes() : 0;
      account.exchange(gone, come);
      try {
        next.allocate();
      } catch (OutOfMemoryError e) {
        account.exchange(come, gone);
        throw new ModelLoadException(
            "The weights need %d MiB of Java heap in one piece; raise -Xmx, and -Xms to the same"
                .formatted(next.bytes() >> 20),
            e);
      }
      if (before.tensors() < tensors) {
        fill(next);
      }
      before.letGo();
      next.hold();
      return next;
    }
  }

  /** Whether arrays that so many sessions hold count as one session's. */
  private boolean counts(WeightArrays arrays, int holders) {
    return !inPlace || arrays.holders() == holders;
  }

  /** Makes these the latest arrays, with all weights in them. */
  private void fill(WeightArrays next) {
    if (!next.equals(latest)) {
      next.copy(latest);
      latest = next;
    }
    store.writeTo(next.shards());
    next.written(store.count());
  }

  /** The latest arrays when they have room for all weights, or else new ones without memory yet. */
  private WeightArrays withAll() {
    long[] lengths =
        Arrays.stream(store.sizes()).map(size -> DeviceArrays.length(size, inPlace)).toArray();
    return latest.hasRoom(lengths) ? latest : new WeightArrays(lengths);
  }

  /** Gives arrays back. */
  void letGo(WeightArrays held, Account account) {
    synchronized (store) {
      account.exchange(counts(held, 1) ? held.bytes() : 0, 0);
      held.letGo();
    }
  }
}
