package io.gpuinfer.engine.opencl;

import com.sun.management.HotSpotDiagnosticMXBean;
import io.gpuinfer.engine.plan.Plan;
import io.gpuinfer.engine.plan.Target;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;

/**
 * The Java arrays behind the device's buffers. They only grow.
 *
 * <p>A buffer knows the address that its array had. When the garbage collector moves the array, a
 * device that works on the array in place would read and write what lies at the old address now,
 * and a device with memory of its own gets the buffer made anew, which loses what it had computed.
 * So arrays that must not move are made so large that G1 never moves them: all of them where the
 * device works in place, the arena elsewhere.
 */
final class DeviceArrays {

  /** Elements of an array that G1 gives regions of its own; 0 where another collector is in use. */
  private static final int UNMOVED = unmovedElements();

  /** Whether arrays can be kept from moving, so that a device may work on them in place. */
  static final boolean CAN_STAY = UNMOVED > 0;

  private final int least;
  private final int[] control;
  private final List<Object> outgrown = new ArrayList<>();
  private float[] arena = new float[0];
  private float[] in = new float[0];
  private float[] out = new float[0];
  private int[] table = new int[0];

  /**
   * @param inPlace whether the device works on the arrays themselves
   * @param controlWords least length of the control array
   */
  DeviceArrays(boolean inPlace, int controlWords) {
    this.least = inPlace ? UNMOVED : 0;
    this.control = new int[Math.max(controlWords, least)];
  }

  /**
   * The length of an array for so many elements.
   *
   * @param inPlace whether a device works on the array itself
   */
  static long length(long elements, boolean inPlace) {
    return grown(0, elements, inPlace ? UNMOVED : 0);
  }

  /** Bytes that all arrays would have after {@link #fit}. */
  long bytesFor(Plan plan) {
    return Float.BYTES
        * (grown(arena.length, plan.arenaElements(), UNMOVED)
            + grown(in.length, plan.inElements(), least)
            + grown(out.length, plan.outElements(), least)
            + grown(table.length, plan.table().length, least)
            + control.length);
  }

  /** Grows what is too small for the plan. */
  void fit(Plan plan) {
    arena = fit(arena, plan.arenaElements(), UNMOVED);
    in = fit(in, plan.inElements(), least);
    out = fit(out, plan.outElements(), least);
    if (table.length < plan.table().length) {
      outgrown.add(table);
      table = new int[(int) grown(table.length, plan.table().length, least)];
    }
  }

  private float[] fit(float[] array, long elements, int atLeast) {
    long length = grown(array.length, elements, atLeast);
    if (length == array.length) {
      return array;
    }
    outgrown.add(array);
    return new float[(int) length];
  }

  /** Keeps what the device no longer is to read until it surely does not. */
  void outgrow(Object array) {
    outgrown.add(array);
  }

  /**
   * After a run that went well, the driver has nothing left to do with arrays of the time before.
   */
  void settle() {
    outgrown.clear();
  }

  private static long grown(int length, long elements, int least) {
    return length >= elements + Target.PADDING
        ? length
        : Math.max(elements + Target.PADDING, least);
  }

  float[] arena() {
    return arena;
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

  private static int unmovedElements() {
    try {
      HotSpotDiagnosticMXBean machine =
          ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
      if (!Boolean.parseBoolean(machine.getVMOption("UseG1GC").getValue())) {
        return 0;
      }
      long region = Long.parseLong(machine.getVMOption("G1HeapRegionSize").getValue());
      return (int) (region / 2 / Float.BYTES);
    } catch (IllegalArgumentException | NullPointerException e) {
      return 0; // another virtual machine
    }
  }
}
