package io.gpuinfer.engine.kernel;

import com.aparapi.Kernel;
import com.aparapi.Range;
import io.gpuinfer.engine.InvalidInputException;
import java.util.List;

/** Kernels that the tests bring as users would. */
final class TestKernels {

  private TestKernels() {}

  /** Every type that can be sent, by itself and as an array, and constants of 64 bits. */
  public static class AllTypes extends Kernel implements RouteKernel {
    @Input protected float f;
    @Input protected double d;
    @Input protected int n;
    @Input protected long l;
    @Input protected byte b;
    @Input protected float[] floats;
    @Input protected double[] doubles;
    @Input protected int[] ints;
    @Input protected long[] longs;
    @Input protected byte[] bytes;
    @Output protected float[] floatsOut;
    @Output protected double[] doublesOut;
    @Output protected int[] intsOut;
    @Output protected long[] longsOut;
    @Output protected byte[] bytesOut;

    @Override
    public Range prepare() {
      int length = floats.length;
      if (doubles.length != length || ints.length != length || longs.length != length) {
        throw new InvalidInputException("All arrays must be of one length");
      }
      floatsOut = new float[length];
      doublesOut = new double[length];
      intsOut = new int[length];
      longsOut = new long[length];
      bytesOut = new byte[length];
      return Range.create(length);
    }

    @Override
    public void run() {
      int i = getGlobalId();
      floatsOut[i] = floats[i] + f;
      doublesOut[i] = doubles[i] + d + 0.125;
      intsOut[i] = ints[i] + n;
      longsOut[i] = longs[i] + l + 0x1234_5678_9abc_def0L;
      bytesOut[i] = (byte) (bytes[i] + b);
    }
  }

  /** Works in place, in passes: Hillis and Steele's prefix sum, between two halves. */
  public static class PrefixSum extends Kernel implements RouteKernel {
    @Input @Output protected float[] values;
    protected float[] other;
    protected int length;
    protected int steps;

    @Override
    public Range prepare() {
      length = values.length;
      other = new float[length];
      steps = 0;
      while (1 << steps < length) {
        steps++;
      }
      steps += steps & 1; // so that the last one writes to the values
      return Range.create(length);
    }

    @Override
    public int passes() {
      return steps;
    }

    @Override
    public void run() {
      int i = getGlobalId();
      int pass = getPassId();
      int distance = 1 << pass;
      if (pass % 2 == 0) {
        other[i] = values[i] + (i >= distance ? values[i - distance] : 0f);
      } else {
        values[i] = other[i] + (i >= distance ? other[i - distance] : 0f);
      }
    }
  }

  /** Sums of groups, through memory that a group shares, and a method and a static one. */
  public static class GroupSums extends Kernel implements RouteKernel {
    static final int GROUP = 64;

    @Input protected int[] values;
    @Output protected int[] sums;
    @Local protected int[] shared = new int[GROUP];

    @Override
    public Range prepare() {
      if (values.length % GROUP != 0) {
        throw new InvalidInputException("The length must be a multiple of " + GROUP);
      }
      sums = new int[values.length / GROUP];
      return Range.create(values.length, GROUP);
    }

    @Override
    public void run() {
      int place = getLocalId();
      shared[place] = twice(values[getGlobalId()]);
      localBarrier();
      if (place == 0) {
        int sum = 0;
        for (int i = 0; i < GROUP; i++) {
          sum += shared[i];
        }
        sums[getGroupId()] = half(sum);
      }
      localBarrier(); // Java threads go on with the next group, in the same memory
    }

    protected int twice(int value) {
      return 2 * value;
    }

    static int half(int value) {
      return value / 2;
    }
  }

  /** A Java object cannot go to a device. */
  public static class UsesObject extends Kernel implements RouteKernel {
    @Input protected int[] indices;
    @Output protected int[] lengths;
    protected final List<String> words = List.of("one", "three");

    @Override
    public Range prepare() {
      lengths = new int[indices.length];
      return Range.create(indices.length);
    }

    @Override
    public void run() {
      int i = getGlobalId();
      lengths[i] = lengthOf(indices[i]);
    }

    protected int lengthOf(int index) {
      return words.get(index).length();
    }
  }

  /** Two axes do not go to a device here. */
  public static class UsesTable extends Kernel implements RouteKernel {
    protected final float[][] table = new float[2][2];
    @Input protected int[] rows;
    @Output protected float[] first;

    @Override
    public Range prepare() {
      first = new float[rows.length];
      return Range.create(rows.length);
    }

    @Override
    public void run() {
      int i = getGlobalId();
      first[i] = table[rows[i]][0];
    }
  }

  /** Its constructor fails. */
  public static class Stillborn extends UsesObject {
    public Stillborn() {
      throw new IllegalStateException("no licence");
    }
  }

  /** It cannot be made by others. */
  public static final class Hidden extends UsesObject {
    private Hidden() {}
  }

  /** Gathers: whether its indices are in bounds is up to the request. */
  public static class Gather extends Kernel implements RouteKernel {
    @Input protected float[] values;
    @Input protected int[] indices;
    @Output protected float[] gathered;
    protected Range range;

    @Override
    public Range prepare() {
      gathered = new float[indices.length];
      return range == null ? Range.create(indices.length) : range;
    }

    @Override
    public void run() {
      int i = getGlobalId();
      gathered[i] = values[indices[i]];
    }
  }

  /** Leaves a field empty that it reads. */
  public static class Unprepared extends Gather {
    @Override
    public Range prepare() {
      return Range.create(indices.length);
    }
  }

  /** Has nothing to answer with. */
  public static class Silent extends Kernel implements RouteKernel {
    @Input protected float[] values;

    @Override
    public Range prepare() {
      return Range.create(1);
    }

    @Override
    public void run() {
      values[getGlobalId()] = 0;
    }
  }

  /** Asks for what cannot be sent. */
  public static class Wordy extends Gather {
    @Input protected String word;
  }
}
