package io.gpuinfer.engine.operators;

import io.gpuinfer.engine.DataType;
import io.gpuinfer.engine.InvalidInputException;
import io.gpuinfer.engine.ModelLoadException;
import io.gpuinfer.engine.Tensor;
import io.gpuinfer.engine.program.Action;
import io.gpuinfer.engine.program.Builder;
import io.gpuinfer.engine.program.Shapes;
import io.gpuinfer.engine.program.StridedCopy;
import io.gpuinfer.engine.program.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Operators that give elements another place or another shape. */
final class MovementOperators {

  /** Axes that one copy repeats. */
  private static final int TILED_AT_ONCE = 2;

  private MovementOperators() {}

  static void addTo(Map<String, Operator> all) {
    all.put("Identity", call -> List.of(call.input(0)));
    all.put("Dropout", new Limited("drops nothing: no training", MovementOperators::dropout));
    all.put("Reshape", MovementOperators::reshape);
    all.put("Flatten", MovementOperators::flatten);
    all.put("Squeeze", MovementOperators::squeeze);
    all.put("Unsqueeze", MovementOperators::unsqueeze);
    all.put("Transpose", MovementOperators::transpose);
    all.put("Slice", MovementOperators::slice);
    all.put("Split", MovementOperators::split);
    all.put("Concat", MovementOperators::concat);
    all.put("Expand", MovementOperators::expand);
    all.put("Tile", MovementOperators::tile);
    all.put("Pad", MovementOperators::pad);
    all.put("DepthToSpace", MovementOperators::depthToSpace);
    all.put("SpaceToDepth", MovementOperators::spaceToDepth);
    all.put("Gather", MovementOperators::gather);
  }

  /** Nothing is dropped outside of training; the mask says so of each element. */
  private static List<Value> dropout(Call call) {
    Value data = call.input(0);
    boolean training = call.opset() >= 12 && call.has(2) && call.known(2)[0] != 0;
    if (training) {
      call.known(1);
    }
    if (training && call.input(1).constant().doubleAt(0) != 0) {
      throw call.builder().refusal("dropping at random, as in training, is not supported");
    }
    if (call.node().outputs().size() < 2) {
      return List.of(data);
    }
    Value kept =
        call.opset() < 10
            ? ElementwiseOperators.cast(call.builder(), call.builder().scalar(1), data.type())
            : call.builder().constant(Tensor.wrap(DataType.BOOL, new byte[] {1}), false);
    return List.of(data, call.builder().box(kept, 0, new int[data.rank()], data.shape()));
  }

  private static List<Value> reshape(Call call) {
    Value data = call.input(0);
    long[] wanted = call.listed("shape", 1);
    boolean allowZero = call.attributes().flag("allowzero", false);
    int[] shape = new int[wanted.length];
    int open = -1;
    long known = 1;
    for (int i = 0; i < shape.length; i++) {
      if (wanted[i] == -1) {
        open = i;
        continue;
      }
      shape[i] = wanted[i] == 0 && !allowZero ? data.dim(i) : Math.toIntExact(wanted[i]);
      known *= shape[i];
    }
    if (open >= 0) {
      if (known == 0 || data.size() % known != 0) {
        throw new InvalidInputException(
            "Node '"
                + call.node().name()
                + "' cannot reshape "
                + data
                + " to "
                + Arrays.toString(wanted));
      }
      shape[open] = (int) (data.size() / known);
    }
    return List.of(call.builder().reshape(data, shape));
  }

  private static List<Value> flatten(Call call) {
    Value data = call.input(0);
    int axis = call.attributes().intOr("axis", 1);
    axis = axis < 0 ? axis + data.rank() : axis;
    int outer = Shapes.product(data.shape(), 0, axis);
    int inner = Shapes.product(data.shape(), axis, data.rank());
    return List.of(call.builder().reshape(data, outer, inner));
  }

  private static List<Value> squeeze(Call call) {
    Value data = call.input(0);
    long[] axes = call.listed("axes", 1);
    boolean[] drop = new boolean[data.rank()];
    if (axes == null) {
      for (int i = 0; i < drop.length; i++) {
        drop[i] = data.dim(i) == 1;
      }
    } else {
      for (long axis : axes) {
        int at = Shapes.axis(axis, data.rank());
        if (data.dim(at) != 1) {
          throw new InvalidInputException(
              "Node '" + call.node().name() + "' squeezes axis " + axis + " of " + data);
        }
        drop[at] = true;
      }
    }
    int[] shape = IntStream.range(0, data.rank()).filter(i -> !drop[i]).map(data::dim).toArray();
    return List.of(call.builder().reshape(data, shape));
  }

  private static List<Value> unsqueeze(Call call) {
    Value data = call.input(0);
    long[] axes = call.listed("axes", 1);
    int rank = data.rank() + axes.length;
    boolean[] fresh = new boolean[rank];
    for (long axis : axes) {
      fresh[Shapes.axis(axis, rank)] = true;
    }
    int[] shape = new int[rank];
    for (int i = 0, from = 0; i < rank; i++) {
      shape[i] = fresh[i] ? 1 : data.dim(from++);
    }
    return List.of(call.builder().reshape(data, shape));
  }

  private static List<Value> transpose(Call call) {
    Value data = call.input(0);
    long[] perm = call.attributes().integers("perm");
    int[] order =
        perm == null
            ? IntStream.range(0, data.rank()).map(i -> data.rank() - 1 - i).toArray()
            : Shapes.ints(perm);
    if (order.length != data.rank()
        || IntStream.of(order).distinct().filter(i -> i >= 0 && i < data.rank()).count()
            != data.rank()) {
      throw new ModelLoadException(
          "Node '"
              + call.node().name()
              + "': "
              + Arrays.toString(order)
              + " is no order of the axes of "
              + data);
    }
    return List.of(call.builder().transpose(data, order));
  }

  private static List<Value> slice(Call call) {
    Value data = call.input(0);
    long[] starts = call.listed("starts", 1);
    long[] ends = call.listed("ends", 2);
    long[] axes = call.listed("axes", 3);
    long[] steps = call.has(4) ? call.known(4) : null;
    int[] dims = data.shape();
    int[] strides = Shapes.strides(dims);
    int offset = 0;
    for (int i = 0; i < starts.length; i++) {
      int axis = Shapes.axis(axes == null ? i : axes[i], data.rank());
      long step = steps == null ? 1 : steps[i];
      if (step == 0) {
        throw new ModelLoadException("Node '" + call.node().name() + "' slices with step 0");
      }
      int extent = data.dim(axis);
      long start = starts[i] < 0 ? starts[i] + extent : starts[i];
      long end = ends[i] < 0 ? ends[i] + extent : ends[i];
      start = Math.max(0, Math.min(start, step > 0 ? extent : extent - 1));
      end = Math.max(step > 0 ? 0 : -1, Math.min(end, extent));
      if (ends[i] < -extent && step < 0) {
        end = -1;
      }
      long count = step > 0 ? (end - start + step - 1) / step : (start - end - step - 1) / -step;
      dims[axis] = (int) Math.max(0, count);
      offset += (int) start * strides[axis];
      strides[axis] *= (int) Math.max(-extent - 1, Math.min(step, extent + 1));
    }
    return List.of(call.builder().box(data, offset, strides, dims));
  }

  private static List<Value> split(Call call) {
    Value data = call.input(0);
    int axis = Shapes.axis(call.attributes().integer("axis", 0), data.rank());
    long[] sizes = call.listed("split", 1);
    int parts = call.node().outputs().size();
    int even = (data.dim(axis) + parts - 1) / parts;
    List<Value> outputs = new ArrayList<>();
    int[] strides = Shapes.strides(data.shape());
    int at = 0;
    for (int i = 0; i < parts; i++) {
      int[] dims = data.shape();
      dims[axis] = sizes == null ? Math.min(even, data.dim(axis) - at) : Math.toIntExact(sizes[i]);
      if (dims[axis] < 0 || at + dims[axis] > data.dim(axis)) {
        throw new InvalidInputException(
            "Node '" + call.node().name() + "' splits more than " + data + " has on axis " + axis);
      }
      outputs.add(call.builder().box(data, at * strides[axis], strides, dims));
      at += dims[axis];
    }
    return outputs;
  }

  private static List<Value> concat(Call call) {
    Builder builder = call.builder();
    List<Value> inputs = call.inputs();
    int rank = call.input(0).rank();
    int axis = Shapes.axis(call.attributes().integer("axis", 0), rank);
    boolean last = rank == 4 && inputs.stream().anyMatch(builder::isChannelsLast);
    if (last) {
      inputs = inputs.stream().map(builder::channelsLast).toList();
      axis = axis == 0 ? 0 : axis == 1 ? 3 : axis - 1;
    }
    Value joined = join(builder, call, inputs, axis);
    return List.of(last ? builder.channelsFirst(joined) : joined);
  }

  /** The inputs one after the other along an axis. */
  static Value join(Builder builder, Call call, List<Value> inputs, int axis) {
    int[] shape = inputs.get(0).shape();
    shape[axis] = inputs.stream().mapToInt(value -> value.dim(axis)).sum();
    for (Value input : inputs) {
      for (int i = 0; i < shape.length; i++) {
        if (input.rank() != shape.length || (i != axis && input.dim(i) != shape[i])) {
          throw new InvalidInputException(
              "Node '" + call.node().name() + "' cannot join " + inputs + " on axis " + axis);
        }
      }
    }
    int[] strides = Shapes.strides(shape);
    List<StridedCopy> copies = new ArrayList<>();
    int at = 0;
    for (int i = 0; i < inputs.size(); i++) {
      int[] dims = inputs.get(i).shape();
      copies.add(new StridedCopy(i, 0, Shapes.strides(dims), at * strides[axis], strides, dims));
      at += dims[axis];
    }
    Action move = new Action.Move(copies, null);
    return builder.emit(move, inputs.get(0).type(), shape, inputs.toArray(Value[]::new));
  }

  private static List<Value> expand(Call call) {
    Value data = call.input(0);
    int[] shape = Shapes.broadcast(data.shape(), Shapes.ints(call.known(1)));
    if (Arrays.equals(shape, data.shape())) {
      return List.of(data);
    }
    return List.of(
        call.builder().box(data, 0, Shapes.broadcastStrides(data.shape(), shape), shape));
  }

  private static List<Value> tile(Call call) {
    Value data = call.input(0);
    long[] repeats = call.known(1);
    int rank = data.rank();
    if (repeats.length != rank) {
      throw call.builder().refusal(Arrays.toString(repeats) + " repeats of " + data);
    }
    // Each axis becomes (repeat, extent), and a copy has so many axes only.
    for (int from = 0; from < rank; from += TILED_AT_ONCE) {
      long[] some = new long[rank];
      Arrays.fill(some, 1);
      int count = Math.min(TILED_AT_ONCE, rank - from);
      System.arraycopy(repeats, from, some, from, count);
      data = tiled(call.builder(), data, some);
    }
    return List.of(data);
  }

  private static Value tiled(Builder builder, Value data, long... repeats) {
    int rank = data.rank();
    int[] dims = new int[2 * rank];
    int[] strides = new int[2 * rank];
    int[] shape = new int[rank];
    for (int i = 0; i < rank; i++) {
      dims[2 * i] = Math.toIntExact(repeats[i]);
      dims[2 * i + 1] = data.dim(i);
      strides[2 * i + 1] = Shapes.strides(data.shape())[i];
      shape[i] = Math.multiplyExact(dims[2 * i], dims[2 * i + 1]);
    }
    return builder.reshape(builder.box(data, 0, strides, dims), shape);
  }

  private static List<Value> pad(Call call) {
    Value data = call.input(0);
    long[] pads = call.listed("pads", 1);
    if (call.has(3)) {
      pads = onAllAxes(pads, call.known(3), data.rank());
    }
    String mode = call.attributes().text("mode", "constant");
    if (!mode.equals("constant")) {
      return List.of(padFromWithin(call, data, mode, pads));
    }
    float fill = call.attributes().real("value", 0);
    if (call.has(2)) {
      call.known(2);
      fill = (float) call.input(2).constant().doubleAt(0);
    }
    int rank = data.rank();
    int[] shape = data.shape();
    int[] dims = data.shape();
    int[] inStrides = Shapes.strides(data.shape());
    int inOffset = 0;
    for (int i = 0; i < rank; i++) {
      shape[i] = Math.toIntExact(Math.addExact(shape[i], Math.addExact(pads[i], pads[i + rank])));
      dims[i] = Math.toIntExact(dims[i] + Math.min(pads[i], 0) + Math.min(pads[i + rank], 0));
      inOffset += (int) Math.max(-pads[i], 0) * inStrides[i];
    }
    int[] outStrides = Shapes.strides(shape);
    int outOffset = 0;
    for (int i = 0; i < rank; i++) {
      outOffset += (int) Math.max(pads[i], 0) * outStrides[i];
    }
    StridedCopy copy = new StridedCopy(0, inOffset, inStrides, outOffset, outStrides, dims);
    return List.of(
        call.builder().emit(new Action.Move(List.of(copy), fill), data.type(), shape, data));
  }

  /** Padding that repeats elements of the data: along each axis, the elements of known indices. */
  private static Value padFromWithin(Call call, Value data, String mode, long... pads) {
    if (pads.length != 2 * data.rank()) {
      throw call.builder().refusal(pads.length + " pads do not fit " + data);
    }
    Value padded = data;
    for (int axis = 0; axis < data.rank(); axis++) {
      int extent = data.dim(axis);
      int before = Math.toIntExact(pads[axis]);
      int[] shape = padded.shape();
      shape[axis] =
          Math.addExact(extent, Math.addExact(before, Math.toIntExact(pads[axis + data.rank()])));
      if (before == 0 && shape[axis] == extent) {
        continue;
      }
      int[] indices = new int[Shapes.size(shape[axis])];
      Arrays.setAll(indices, i -> within(call, mode, i - before, extent));
      Value picked = call.builder().constant(Tensor.wrap(indices, indices.length), false);
      padded = call.builder().emit(new Action.Gather(axis), data.type(), shape, padded, picked);
    }
    return padded;
  }

  private static int within(Call call, String mode, int at, int extent) {
    int turn = Math.max(1, 2 * extent - 2);
    int mirrored = Math.floorMod(at, turn);
    return switch (mode) {
      case "edge" -> Math.max(0, Math.min(at, extent - 1));
      case "wrap" -> Math.floorMod(at, extent);
      case "reflect" -> mirrored < extent ? mirrored : turn - mirrored;
      default -> throw call.builder().refusal("Pad mode '" + mode + "' is not supported");
    };
  }

  private static long[] onAllAxes(long[] pads, long[] axes, int rank) {
    long[] all = new long[2 * rank];
    for (int i = 0; i < axes.length; i++) {
      int axis = Shapes.axis(axes[i], rank);
      all[axis] = pads[i];
      all[axis + rank] = pads[i + axes.length];
    }
    return all;
  }

  private static List<Value> depthToSpace(Call call) {
    Value x = call.input(0);
    int b = call.attributes().intOr("blocksize", 1);
    int c = x.dim(1) / (b * b);
    boolean crd = call.attributes().text("mode", "DCR").equals("CRD");
    int[] split =
        crd
            ? new int[] {x.dim(0), c, b, b, x.dim(2), x.dim(3)}
            : new int[] {x.dim(0), b, b, c, x.dim(2), x.dim(3)};
    int[] perm = crd ? new int[] {0, 1, 4, 2, 5, 3} : new int[] {0, 3, 4, 1, 5, 2};
    Value moved = call.builder().transpose(call.builder().reshape(x, split), perm);
    return List.of(call.builder().reshape(moved, x.dim(0), c, x.dim(2) * b, x.dim(3) * b));
  }

  private static List<Value> spaceToDepth(Call call) {
    Value x = call.input(0);
    int b = call.attributes().intOr("blocksize", 1);
    Value split = call.builder().reshape(x, x.dim(0), x.dim(1), x.dim(2) / b, b, x.dim(3) / b, b);
    Value moved = call.builder().transpose(split, 0, 3, 5, 1, 2, 4);
    return List.of(
        call.builder().reshape(moved, x.dim(0), x.dim(1) * b * b, x.dim(2) / b, x.dim(3) / b));
  }

  private static List<Value> gather(Call call) {
    Value data = call.input(0);
    Value indices = call.input(1);
    if (indices.type() != DataType.INT32 && indices.type() != DataType.INT64) {
      throw call.builder().refusal("its indices are " + indices.type());
    }
    int axis = Shapes.axis(call.attributes().integer("axis", 0), data.rank());
    if (indices.isStable()) {
      checkIndices(call, data.dim(axis), call.known(1));
    }
    int[] shape = new int[data.rank() - 1 + indices.rank()];
    System.arraycopy(data.shape(), 0, shape, 0, axis);
    System.arraycopy(indices.shape(), 0, shape, axis, indices.rank());
    System.arraycopy(data.shape(), axis + 1, shape, axis + indices.rank(), data.rank() - axis - 1);
    if (indices.isScalarConstant() && !data.isConstant()) {
      return List.of(row(call, data, axis, indices.constant().longAt(0), shape));
    }
    return List.of(call.builder().emit(new Action.Gather(axis), data.type(), shape, data, indices));
  }

  private static void checkIndices(Call call, int extent, long... indices) {
    for (long index : indices) {
      if (index < -extent || index >= extent) {
        throw call.builder().refusal("index " + index + " is out of the range " + extent);
      }
    }
  }

  /** One known index is a box. */
  private static Value row(Call call, Value data, int axis, long index, int... shape) {
    int[] strides = Shapes.strides(data.shape());
    int[] dims = data.shape();
    int at = (int) (index < 0 ? index + dims[axis] : index);
    if (at < 0 || at >= dims[axis]) {
      throw new InvalidInputException(
          "Node '"
              + call.node().name()
              + "' gathers index "
              + index
              + " of axis "
              + axis
              + " of "
              + data);
    }
    dims[axis] = 1;
    return call.builder()
        .reshape(call.builder().box(data, at * strides[axis], strides, dims), shape);
  }
}
