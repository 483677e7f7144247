package io.gpuinfer.engine.operators;

import io.gpuinfer.engine.InvalidInputException;
import io.gpuinfer.engine.program.Action.Window;
import io.gpuinfer.engine.program.Shapes;
import io.gpuinfer.engine.program.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A window that slides along one spatial axis.
 *
 * @param extent elements of the axis
 * @param kernel taps of the window
 * @param stride elements from one window to the next
 * @param dilation elements from one tap to the next
 * @param padBefore elements of padding before the first; negative where windows start later
 * @param padAfter elements of padding after the last
 * @param out how many windows there are
 */
record WindowAxis(
    int extent, int kernel, int stride, int dilation, int padBefore, int padAfter, int out) {

  static final String LIMITS = "one to three spatial axes";

  /** An axis on which nothing slides. */
  static WindowAxis still(int extent) {
    return new WindowAxis(extent, 1, 1, 1, 0, 0, extent);
  }

  /** The end of the padding, from which on nothing counts. */
  int end() {
    return extent + padAfter;
  }

  /** The last two of the axes as a window over an image; one axis is an image of height 1. */
  static Window window(List<WindowAxis> axes) {
    WindowAxis y = fromEnd(axes, 2);
    WindowAxis x = fromEnd(axes, 1);
    return new Window(
        y.kernel, x.kernel, y.stride, x.stride, y.padBefore, x.padBefore, y.dilation, x.dilation);
  }

  /** The axis at a place counted from the last, or a still one of extent 1. */
  static WindowAxis fromEnd(List<WindowAxis> axes, int place) {
    return place <= axes.size() ? axes.get(axes.size() - place) : still(1);
  }

  /**
   * How many spatial axes the data have.
   *
   * @throws io.gpuinfer.engine.ModelLoadException unless it is one, two or three
   */
  static int count(Call call, Value data) {
    if (data.rank() < 3 || data.rank() > 5) {
      throw call.builder().refusal("of " + data + ": " + LIMITS + " are supported");
    }
    return data.rank() - 2;
  }

  /** Where a node's windows lie on its data, by its strides, dilations, pads and modes. */
  static List<WindowAxis> place(Call call, Value data, int... kernel) {
    int count = count(call, data);
    if (kernel.length != count) {
      throw call.builder().refusal("a window of " + kernel.length + " axes does not fit " + data);
    }
    int[] strides = positive(call, "strides", count);
    int[] dilations = positive(call, "dilations", count);
    int[] pads = pads(call, count);
    String auto = autoPad(call);
    boolean ceil = call.attributes().flag("ceil_mode", false);
    List<WindowAxis> axes = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int extent = data.dim(2 + i);
      int reach = reach(kernel[i], dilations[i]);
      int before = auto.equals("NOTSET") ? pads[i] : 0;
      int after = auto.equals("NOTSET") ? pads[i + count] : 0;
      int out;
      if (auto.startsWith("SAME")) {
        out = (extent - 1) / strides[i] + 1;
        int total = Math.max(0, Math.addExact((out - 1) * strides[i], reach) - extent);
        before = auto.equals("SAME_UPPER") ? total / 2 : (total + 1) / 2;
        after = total - before;
      } else {
        int room = Math.addExact(extent, Math.addExact(before, after)) - reach;
        if (room < 0) {
          throw new InvalidInputException(
              "its window of " + reach + " is larger than the padded axis " + (2 + i));
        }
        out = room / strides[i] + 1;
        if (ceil && room % strides[i] != 0 && out * strides[i] < extent + before) {
          out++; // a window may hang over the end, but must start inside
        }
      }
      axes.add(new WindowAxis(extent, kernel[i], strides[i], dilations[i], before, after, out));
    }
    return axes;
  }

  /** Elements from a window's first tap to its last, both included. */
  static int reach(int kernel, int dilation) {
    return Math.addExact(Math.multiplyExact(kernel - 1, dilation), 1);
  }

  static String autoPad(Call call) {
    String auto = call.attributes().text("auto_pad", "NOTSET");
    if (!List.of("NOTSET", "VALID", "SAME_UPPER", "SAME_LOWER").contains(auto)) {
      throw call.builder().refusal("auto_pad '" + auto + "' is not supported");
    }
    return auto;
  }

  /** Padding before all axes, then after all. */
  static int[] pads(Call call, int count) {
    return listed(call, "pads", 2 * count, 0);
  }

  /** An attribute of one number above zero for each axis; ones when it is missing. */
  static int[] positive(Call call, String attribute, int count) {
    int[] values = listed(call, attribute, count, 1);
    if (Arrays.stream(values).anyMatch(value -> value < 1)) {
      throw call.builder().refusal(attribute + " " + Arrays.toString(values) + " is out of range");
    }
    return values;
  }

  /** An attribute of that many numbers, none negative. */
  static int[] listed(Call call, String attribute, int count, int otherwise) {
    long[] given = call.attributes().integers(attribute);
    int[] values = new int[count];
    Arrays.fill(values, otherwise);
    if (given != null) {
      values = Shapes.ints(given);
    }
    if (values.length != count || Arrays.stream(values).anyMatch(value -> value < 0)) {
      throw call.builder().refusal(attribute + " " + Arrays.toString(values) + " is out of range");
    }
    return values;
  }
}
