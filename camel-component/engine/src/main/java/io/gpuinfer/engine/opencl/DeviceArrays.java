package io.gpuinfer.engine.opencl;

import com.sun.management.HotSpotDiagnosticMXBean;
import io.gpuinfer.engine.plan.Plan;
import java.lang.management.ManagementFactory;

/**
 * The Java arrays behind the device's buffers. They only grow.
 *
 * <p>A buffer whose array the garbage collector moves is made anew from the array, which loses what
 * lives on a discrete device alone. So the arena's array is kept so large that G1 does not move it.
 */
final class DeviceArrays {

  /** Sixteen-lane loads may read this far past the last element. */
  private static final int PADDING = 64;

  private static final int MIN_UNMOVED = unmovedElements();

  private float[] arena = new float[0];
  private float[] weights = new float[0];
  private float[] in = new float[0];
  private float[] out = new float[0];
  private int[] table = new int[0];
  private final int[] control = new int[16];

  /** Bytes that all arrays would have after {@link #fit}. */
  long bytesFor(Plan plan, long weightElements) {
    return Float.BYTES
        * (grown(arena.length, plan.arenaElements(), MIN_UNMOVED)
            + grown(weights.length, weightElements, 0)
            + grown(in.length, plan.inElements(), 0)
            + grown(out.length, plan.outElements(), 0)
            + grown(table.length, plan.table().length, 0)
            + control.length);
  }

  /** Grows what is too small for the plan; weights that grew are empty again. */
  void fit(Plan plan, long weightElements) {
    arena = fit(arena, plan.arenaElements(), MIN_UNMOVED);
    weights = fit(weights, weightElements, 0);
    in = fit(in, plan.inElements(), 0);
    out = fit(out, plan.outElements(), 0);
    if (table.length < plan.table().length) {
      table = new int[(int) grown(table.length, plan.table().length, 0)];
    }
  }

  private static float[] fit(float[] array, long elements, int least) {
    long length = grown(array.length, elements, least);
    return length == array.length ? array : new float[(int) length];
  }

  private static long grown(int length, long elements, int least) {
    return length >= elements + PADDING ? length : Math.max(elements + PADDING, least);
  }

  float[] arena() {
    return arena;
  }

  float[] weights() {
    return weights;
  }

  float[] in() {
    return in;
  }

  float[] out() {
    return out;
  }

  int[] table() {
    return table;
  }

  int[] control() {
    return control;
  }

  /** Elements of an array that fills half a region of G1: it gets regions of its own. */
  private static int unmovedElements() {
    try {
      String region =
          ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
              .getVMOption("G1HeapRegionSize")
              .getValue();
      return (int) (Long.parseLong(region) / 2 / Float.BYTES);
    } catch (IllegalArgumentException | NullPointerException e) {
      return 0; // another virtual machine: the canary tells when an array was moved
    }
  }
}
