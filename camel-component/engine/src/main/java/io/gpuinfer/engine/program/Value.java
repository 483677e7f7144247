package io.gpuinfer.engine.program;

import io.gpuinfer.engine.DataType;
import io.gpuinfer.engine.Tensor;
import java.util.Arrays;

/**
 * A tensor of a program: its type and shape are known, its elements perhaps.
 *
 * <p>Compared by identity. A constant is <em>stable</em> when it depends on the model file alone,
 * so that what is derived from it may be kept from plan to plan.
 */
public final class Value {

  private final String name;
  private final DataType type;
  private final int[] shape;
  private final Tensor constant;
  private final boolean stable;

  private Value(String name, DataType type, int[] shape, Tensor constant, boolean stable) {
    this.name = name;
    this.type = type;
    this.shape = shape.clone();
    Shapes.size(shape); // refuses shapes that no tensor has
    this.constant = constant;
    this.stable = stable;
  }

  /** A value that each run is given. */
  public static Value input(String name, DataType type, int... shape) {
    return computed(name, type, shape);
  }

  /** A value that the device will compute. */
  public static Value computed(String name, DataType type, int... shape) {
    return new Value(name, type, shape, null, false);
  }

  /**
   * A value that is known.
   *
   * @param stable whether it depends on the model file alone
   */
  public static Value constant(String name, Tensor tensor, boolean stable) {
    return new Value(name, tensor.type(), Shapes.ints(tensor.shape()), tensor, stable);
  }

  public String name() {
    return name;
  }

  public DataType type() {
    return type;
  }

  public int[] shape() {
    return shape.clone();
  }

  public int rank() {
    return shape.length;
  }

  /** The extent of one axis; a negative axis counts from the last. */
  public int dim(int axis) {
    return shape[axis < 0 ? axis + shape.length : axis];
  }

  public int size() {
    return Shapes.size(shape);
  }

  public boolean isConstant() {
    return constant != null;
  }

  /** The elements, or null when only the device will know them. */
  public Tensor constant() {
    return constant;
  }

  public boolean isStable() {
    return stable;
  }

  /** Whether this is one known number. */
  public boolean isScalarConstant() {
    return isConstant() && size() == 1;
  }

  @Override
  public String toString() {
    return name + " " + type + Arrays.toString(shape);
  }
}
