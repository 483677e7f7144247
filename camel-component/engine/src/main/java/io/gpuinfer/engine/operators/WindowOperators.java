package io.gpuinfer.engine.operators;

import io.gpuinfer.engine.InvalidInputException;
import io.gpuinfer.engine.ModelLoadException;
import io.gpuinfer.engine.program.Action;
import io.gpuinfer.engine.program.Action.Epilogue;
import io.gpuinfer.engine.program.Action.Window;
import io.gpuinfer.engine.program.Builder;
import io.gpuinfer.engine.program.Expr;
import io.gpuinfer.engine.program.Fn;
import io.gpuinfer.engine.program.Shapes;
import io.gpuinfer.engine.program.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Operators that slide a window over spatial axes. One-dimensional ones are two-dimensional of
 * height 1.
 */
final class WindowOperators {

  private WindowOperators() {}

  static void addTo(Map<String, Operator> all) {
    all.put("Conv", WindowOperators::conv);
    all.put("ConvTranspose", WindowOperators::convTranspose);
    all.put("MaxPool", call -> pool(call, true));
    all.put("AveragePool", call -> pool(call, false));
  }

  /** A window with the extents it leaves. */
  private record Placed(Window window, int outH, int outW, int endH, int endW) {}

  /** The convolution of input 0 by input 1, plus input 2. */
  static List<Value> conv(Call call) {
    Builder builder = call.builder();
    Value data = spatial(call, call.input(0));
    Value weights = spatial(call, call.input(1));
    int groups = call.attributes().intOr("group", 1);
    checkKernel(call, weights);
    if (groups < 1 || data.dim(1) != weights.dim(1) * groups || weights.dim(0) % groups != 0) {
      throw new InvalidInputException(
          "Node '"
              + call.node().name()
              + "' has "
              + groups
              + " groups of weights "
              + weights
              + " for data "
              + data);
    }
    Placed placed = place(call, data, weights.dim(2), weights.dim(3));
    List<Value> inputs = new ArrayList<>(List.of(builder.channelsLast(data), weights));
    Epilogue epilogue = bias(call, weights.dim(0), inputs);
    int[] shape = {data.dim(0), placed.outH(), placed.outW(), weights.dim(0)};
    Value result =
        builder.emit(
            new Action.Conv(placed.window(), groups, epilogue),
            data.type(),
            shape,
            inputs.toArray(Value[]::new));
    return List.of(original(call, builder.channelsFirst(result)));
  }

  private static Epilogue bias(Call call, int outputs, List<Value> inputs) {
    if (!call.has(2)) {
      return null;
    }
    if (call.input(2).size() != outputs) {
      throw call.builder().refusal("a bias " + call.input(2) + " for " + outputs + " channels");
    }
    inputs.add(call.input(2));
    return new Epilogue(
        new Expr.Call(Fn.ADD, new Expr.Input(0, false), new Expr.Input(1, false)), 2);
  }

  private static List<Value> convTranspose(Call call) {
    Builder builder = call.builder();
    Value data = spatial(call, call.input(0));
    Value weights = spatial(call, call.input(1));
    if (call.attributes().intOr("group", 1) != 1
        || !call.attributes().text("auto_pad", "NOTSET").equals("NOTSET")
        || call.attributes().has("output_shape")) {
      throw new ModelLoadException(
          "Node '"
              + call.node().name()
              + "': ConvTranspose with groups, auto_pad or output_shape is not supported");
    }
    int[] strides = positive(call, "strides");
    int[] dilations = positive(call, "dilations");
    checkKernel(call, weights);
    if (data.dim(1) != weights.dim(0)) {
      throw new InvalidInputException(
          "Node '" + call.node().name() + "' has weights " + weights + " for data " + data);
    }
    int[] pads = fourPads(call);
    int[] extra = pair(call.attributes().integers("output_padding"), 0);
    int outH =
        strides[0] * (data.dim(2) - 1)
            + extra[0]
            + (weights.dim(2) - 1) * dilations[0]
            + 1
            - pads[0]
            - pads[2];
    int outW =
        strides[1] * (data.dim(3) - 1)
            + extra[1]
            + (weights.dim(3) - 1) * dilations[1]
            + 1
            - pads[1]
            - pads[3];
    Window window =
        new Window(
            weights.dim(2),
            weights.dim(3),
            strides[0],
            strides[1],
            pads[0],
            pads[1],
            dilations[0],
            dilations[1]);
    List<Value> inputs = new ArrayList<>(List.of(builder.channelsLast(data), weights));
    Epilogue epilogue = bias(call, weights.dim(1), inputs);
    int[] shape = {data.dim(0), outH, outW, weights.dim(1)};
    Value result =
        builder.emit(
            new Action.ConvTranspose(window, epilogue),
            data.type(),
            shape,
            inputs.toArray(Value[]::new));
    return List.of(original(call, builder.channelsFirst(result)));
  }

  private static List<Value> pool(Call call, boolean max) {
    if (call.node().outputs().size() > 1) {
      throw new ModelLoadException(
          "Node '" + call.node().name() + "': MaxPool's indices are not supported");
    }
    Builder builder = call.builder();
    Value data = spatial(call, call.input(0));
    if (!call.attributes().has("kernel_shape")) {
      throw call.builder().refusal("a pool needs a kernel_shape");
    }
    int[] kernel = positive(call, "kernel_shape");
    Placed placed = place(call, data, kernel[0], kernel[1]);
    int[] shape = {data.dim(0), placed.outH(), placed.outW(), data.dim(1)};
    boolean countPadding = call.attributes().flag("count_include_pad", false);
    Value result =
        builder.emit(
            new Action.Pool(placed.window(), max, countPadding, placed.endH(), placed.endW()),
            data.type(),
            shape,
            builder.channelsLast(data));
    return List.of(original(call, builder.channelsFirst(result)));
  }

  private static Placed place(Call call, Value data, int kernelH, int kernelW) {
    int[] strides = positive(call, "strides");
    int[] dilations = positive(call, "dilations");
    int[] kernel = {(kernelH - 1) * dilations[0] + 1, (kernelW - 1) * dilations[1] + 1};
    int[] pads = fourPads(call);
    String auto = call.attributes().text("auto_pad", "NOTSET");
    boolean ceil = call.attributes().flag("ceil_mode", false);
    int[] out = new int[2];
    for (int i = 0; i < 2; i++) {
      int extent = data.dim(2 + i);
      if (auto.startsWith("SAME")) {
        out[i] = (extent + strides[i] - 1) / strides[i];
        int total = Math.max(0, (out[i] - 1) * strides[i] + kernel[i] - extent);
        pads[i] = auto.equals("SAME_UPPER") ? total / 2 : (total + 1) / 2;
        pads[i + 2] = total - pads[i];
        continue;
      }
      int room = extent + pads[i] + pads[i + 2] - kernel[i];
      if (room < 0) {
        throw new InvalidInputException(
            "Node '"
                + call.node().name()
                + "': its window of "
                + kernel[i]
                + " is larger than the padded extent of axis "
                + (2 + i)
                + " of "
                + data);
      }
      out[i] = room / strides[i] + 1;
      if (ceil && room % strides[i] != 0 && out[i] * strides[i] < extent + pads[i]) {
        out[i]++; // a window may hang over the end, but must start inside
      }
    }
    Window window =
        new Window(
            kernelH, kernelW, strides[0], strides[1], pads[0], pads[1], dilations[0], dilations[1]);
    return new Placed(window, out[0], out[1], data.dim(2) + pads[2], data.dim(3) + pads[3]);
  }

  private static int[] fourPads(Call call) {
    long[] pads = call.attributes().integers("pads");
    if (pads == null) {
      return new int[4];
    }
    if (Arrays.stream(pads).anyMatch(pad -> pad < 0)) {
      throw new ModelLoadException("Node '" + call.node().name() + "' has negative padding");
    }
    int[] all = Shapes.ints(pads);
    if (all.length != 2 && all.length != 4) {
      throw call.builder().refusal(all.length + " pads are no padding of one or two axes");
    }
    return all.length == 2 ? new int[] {0, all[0], 0, all[1]} : all;
  }

  private static int[] positive(Call call, String attribute) {
    int[] values = pair(call.attributes().integers(attribute), 1);
    if (values.length != 2 || values[0] < 1 || values[1] < 1) {
      throw call.builder().refusal(attribute + " " + Arrays.toString(values) + " is out of range");
    }
    return values;
  }

  private static void checkKernel(Call call, Value weights) {
    int[] extents = {weights.dim(2), weights.dim(3)};
    boolean given = call.attributes().has("kernel_shape");
    if (given && !Arrays.equals(positive(call, "kernel_shape"), extents)) {
      throw call.builder().refusal("its kernel_shape is not that of its weights " + weights);
    }
  }

  private static int[] pair(long[] values, int otherwise) {
    if (values == null) {
      return new int[] {otherwise, otherwise};
    }
    int[] all = Shapes.ints(values);
    return all.length == 1 ? new int[] {otherwise == 0 ? 0 : 1, all[0]} : all;
  }

  private static Value spatial(Call call, Value value) {
    if (value.rank() == 3) {
      return call.builder().reshape(value, value.dim(0), value.dim(1), 1, value.dim(2));
    } else if (value.rank() != 4) {
      throw new ModelLoadException(
          "Node '"
              + call.node().name()
              + "': "
              + call.node().type()
              + " of "
              + value
              + ": only one and two spatial axes are supported");
    }
    return value;
  }

  private static Value original(Call call, Value result) {
    return call.input(0).rank() == 3
        ? call.builder().reshape(result, result.dim(0), result.dim(1), result.dim(3))
        : result;
  }
}
