package io.gpuinfer.engine.program;

import io.gpuinfer.engine.DataType;
import io.gpuinfer.engine.InvalidInputException;
import io.gpuinfer.engine.ModelLoadException;
import io.gpuinfer.engine.Tensor;
import io.gpuinfer.engine.graph.Node;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * Collects the actions of one program while the model's nodes are translated.
 *
 * <p>Three things happen on the way. What depends on constants alone is computed on the host. What
 * only moves elements is remembered as a {@link View}, so that a transposition of a transposition
 * reads the original. And four-dimensional values are kept channels last ({@code NHWC}) from the
 * first convolution on: the translation of a convolution asks for {@link #channelsLast} of its data
 * and hands out {@link #channelsFirst} of its result, and as both are views of each other the
 * transpositions between two convolutions vanish.
 */
public final class Builder {

  /** Constants that shapes brought forth stay on the host up to this many elements. */
  private static final int FOLD_LIMIT = 4096;

  private static final int[] TO_LAST = {0, 2, 3, 1};
  private static final int[] TO_FIRST = {0, 3, 1, 2};

  private final Derivations derivations;
  private final List<Op> ops = new ArrayList<>();
  private final Map<Value, View> views = new IdentityHashMap<>();
  private final boolean oneShape;
  private Node node;
  private int step;
  private boolean shaped;

  /**
   * @param oneShape whether all programs of the model are for the same shapes, which then are as
   *     good as written in its file
   */
  public Builder(Derivations derivations, boolean oneShape) {
    this.derivations = derivations;
    this.oneShape = oneShape;
  }

  /** Everything emitted from now on comes from this node. */
  public void begin(Node current) {
    node = current;
    step = 0;
    shaped = false;
  }

  /**
   * Says that a constant decides on what the node makes of others, as bounds do of a slice. What
   * follows from shapes is not kept from program to program: there may be one for every length.
   */
  public void decidedBy(Value constant) {
    shaped |= !constant.isStable() && !oneShape;
  }

  public List<Op> ops() {
    return List.copyOf(ops);
  }

  public Value constant(Tensor tensor, boolean stable) {
    return Value.constant(node == null ? "constant" : node.name(), tensor, stable);
  }

  /** A constant that depends on the model file alone. */
  public Value scalar(float value) {
    return constant(
        derivations.get("scalar " + value, () -> Tensor.wrap(new float[] {value})), true);
  }

  /**
   * A constant made from other constants. When all of those are stable it is made once for the
   * model.
   *
   * @param recipe names the computation with all its parameters
   */
  public Value derive(String recipe, Maker maker, Value... sources) {
    Tensor[] tensors = Arrays.stream(sources).map(Value::constant).toArray(Tensor[]::new);
    boolean stable = isStable(sources);
    Tensor made =
        stable ? derivations.get(recipe, () -> maker.make(tensors), tensors) : maker.make(tensors);
    return constant(made, stable);
  }

  /** Makes a tensor from others. */
  @FunctionalInterface
  public interface Maker {
    Tensor make(Tensor... sources);
  }

  /** Adds an action, or its result when that can be known now. */
  public Value emit(Action action, DataType type, int[] shape, Value... inputs) {
    if (HostEvaluator.knows(action) && Arrays.stream(inputs).allMatch(Value::isConstant)) {
      if (isStable(inputs) || Shapes.size(shape) <= FOLD_LIMIT) {
        return derive(
            node.name() + "/" + step++ + Arrays.toString(shape) + parameters(action),
            tensors -> HostEvaluator.evaluate(action, type, shape, List.of(tensors)),
            inputs);
      }
    }
    if (!type.isFloat() && computesFloats(action)) {
      throw refusal("not supported for elements of type " + type);
    }
    Value output = Value.computed(node.name(), type, shape);
    ops.add(new Op(node.type(), action, List.of(inputs), output, List.of(node.name())));
    return output;
  }

  /** Whether what the node makes of these depends on the model file alone. */
  private boolean isStable(Value... sources) {
    return !shaped && Arrays.stream(sources).allMatch(Value::isStable);
  }

  /** What may differ from plan to plan although the node and its operands are the same. */
  private static String parameters(Action action) {
    return action instanceof Action.Elementwise ? "" : action.toString();
  }

  private static boolean computesFloats(Action action) {
    return !(action instanceof Action.Alias
        || action instanceof Action.Elementwise
        || action instanceof Action.Move
        || action instanceof Action.Gather
        || action instanceof Action.Scatter
        || action instanceof Action.ArgBest
        || action instanceof Action.TopIndices
        || action instanceof Action.PoolIndices
        || action instanceof Action.CumSum
        || (action instanceof Action.Resize resize && !resize.linear()));
  }

  /** Says that the node being translated cannot be, and why. */
  public ModelLoadException refusal(String why) {
    return new ModelLoadException("Node '" + node.name() + "' (" + node.signature() + "): " + why);
  }

  /** The value as a box of another, itself at least. */
  public View view(Value value) {
    return views.getOrDefault(value, View.whole(value));
  }

  /** The same elements under another shape. */
  public Value reshape(Value value, int... shape) {
    if (Arrays.equals(value.shape(), shape)) {
      return value;
    }
    if (Shapes.size(shape) != value.size()) {
      throw new InvalidInputException(
          value
              + " cannot be reshaped to "
              + Arrays.toString(shape)
              + ": another number of elements");
    }
    if (!value.isConstant()) {
      Value last = reshapeChannelsLast(value, shape);
      if (last != null) {
        return last;
      }
    }
    Value result = emit(new Action.Alias(), value.type(), shape, value);
    if (!result.isConstant()) {
      View view = view(value).reshape(shape);
      if (view != null) {
        views.put(result, view);
      }
    }
    return result;
  }

  /**
   * A reshape that has to move elements, of a value that lies channels last, to an image that lies
   * so again: the shuffle of channels between two grouped convolutions. Null for any other reshape.
   */
  private Value reshapeChannelsLast(Value value, int... shape) {
    View view = view(value);
    if (shape.length != 4 || value.rank() < 4 || view.reshape(shape) != null) {
      return null;
    }
    int[] dims = view.dims();
    int spatial = dims.length - 2;
    boolean image =
        dims[0] == shape[0] && dims[spatial] == shape[2] && dims[spatial + 1] == shape[3];
    int widest = 0; // of the channels' strides
    for (int axis = 1; axis < spatial; axis++) {
      widest = Math.max(widest, dims[axis] == 1 ? 0 : view.strides()[axis]);
    }
    if (!image || widest >= view.strides()[spatial + 1]) {
      return null;
    }
    int[] order = new int[dims.length];
    order[1] = spatial;
    order[2] = spatial + 1;
    for (int axis = 1; axis < spatial; axis++) {
      order[axis + 2] = axis;
    }
    int[] boxDims = Shapes.permute(dims, order);
    StridedCopy copy =
        new StridedCopy(
            0,
            view.offset(),
            Shapes.permute(view.strides(), order),
            0,
            Shapes.strides(boxDims),
            boxDims);
    int[] lastShape = Shapes.permute(shape, TO_LAST);
    Action move = new Action.Move(List.of(copy), null);
    return channelsFirst(emit(move, value.type(), lastShape, view.base()));
  }

  /**
   * The axes in another order: axis {@code i} of the result is axis {@code perm[i]} of the value.
   */
  public Value transpose(Value value, int... perm) {
    int[] strides = Shapes.permute(Shapes.strides(value.shape()), perm);
    return box(value, 0, strides, Shapes.permute(value.shape(), perm));
  }

  /** A box of the value's elements, as {@link View} describes it. */
  public Value box(Value value, int offset, int[] strides, int... dims) {
    View own = new View(value, offset, strides, dims.clone());
    View root = views.containsKey(value) ? own.of(views.get(value)) : own;
    View view = root == null ? own : root;
    if (view.isWhole()) {
      return Arrays.equals(view.base().shape(), dims) ? view.base() : reshape(view.base(), dims);
    }
    int[] outStrides = Shapes.strides(dims);
    StridedCopy copy = new StridedCopy(0, view.offset(), view.strides(), 0, outStrides, dims);
    Action move = new Action.Move(List.of(copy), null);
    Value result = emit(move, value.type(), dims, view.base());
    if (!result.isConstant()) {
      views.put(result, view);
    }
    return result;
  }

  /** {@code NCHW} data as {@code NHWC}. */
  public Value channelsLast(Value value) {
    return transpose(value, TO_LAST);
  }

  /** {@code NHWC} data as {@code NCHW}. */
  public Value channelsFirst(Value value) {
    return transpose(value, TO_FIRST);
  }

  /**
   * Whether the elements of a four-dimensional value lie channels last. Where an extent of 1 makes
   * both orders the same, the value's origin decides.
   */
  public boolean isChannelsLast(Value value) {
    if (value.rank() != 4 || !views.containsKey(value)) {
      return false;
    }
    View view = views.get(value);
    int[] dims = Shapes.permute(view.dims(), TO_LAST);
    View last = new View(view.base(), view.offset(), Shapes.permute(view.strides(), TO_LAST), dims);
    return last.isWhole() && (!view.isWhole() || Arrays.equals(view.base().shape(), dims));
  }
}
