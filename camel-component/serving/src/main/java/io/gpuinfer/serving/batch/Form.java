package io.gpuinfer.serving.batch;

import io.gpuinfer.engine.DataType;
import io.gpuinfer.engine.Tensor;
import io.gpuinfer.serving.Padding;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What decides which requests can share a run.
 *
 * @param inputs name, type and extents of each input, but for what may differ
 * @param rows the common extent of axis 0; {@link #ALONE} when there is none, and the request runs
 *     by itself
 * @param length the extent along the axis of padding; 1 without one
 */
public record Form(List<Input> inputs, int rows, int length) {

  /** The rows of a request that has none. */
  public static final int ALONE = -1;

  /** Stands for an extent that may differ. */
  private static final long OPEN = -1;

  /**
   * An input of a form.
   *
   * @param extents from axis 1 on
   */
  public record Input(String name, DataType type, List<Long> extents) {}

  /** The form of a request's inputs. */
  public static Form of(Map<String, Tensor> tensors, Optional<Padding> padding) {
    int rows = rows(tensors);
    int axis = padding.map(Padding::axis).orElse(0);
    int length = axis == 0 || rows == ALONE ? ALONE : length(tensors, axis);
    List<Input> inputs = new ArrayList<>();
    new TreeMap<>(tensors)
        .forEach(
            (name, tensor) ->
                inputs.add(
                    new Input(name, tensor.type(), extents(tensor, length == ALONE ? 0 : axis))));
    return new Form(List.copyOf(inputs), rows, length == ALONE ? 1 : length);
  }

  /**
   * Whether requests of these forms can share a run, one of them padded if their lengths differ.
   */
  public boolean joins(Form other) {
    return rows != ALONE && other.rows != ALONE && inputs.equals(other.inputs);
  }

  /** Elements of all inputs in one row, if it were so long. */
  public double rowElements(int rowLength) {
    double elements = 0;
    for (Input input : inputs) {
      double product = 1;
      for (long extent : input.extents()) {
        product *= extent == OPEN ? rowLength : extent;
      }
      elements += product;
    }
    return elements;
  }

  private static int rows(Map<String, Tensor> tensors) {
    long rows = ALONE;
    for (Tensor tensor : tensors.values()) {
      if (tensor.rank() == 0 || tensor.dim(0) == 0 || (rows >= 0 && rows != tensor.dim(0))) {
        return ALONE;
      }
      rows = tensor.dim(0);
    }
    return (int) rows;
  }

  private static int length(Map<String, Tensor> tensors, int axis) {
    long length = ALONE;
    for (Tensor tensor : tensors.values()) {
      if (tensor.rank() <= axis) {
        continue;
      }
      if (length >= 0 && length != tensor.dim(axis)) {
        return ALONE;
      }
      length = tensor.dim(axis);
    }
    return (int) length;
  }

  private static List<Long> extents(Tensor tensor, int openAxis) {
    List<Long> extents = new ArrayList<>();
    for (int axis = 1; axis < tensor.rank(); axis++) {
      extents.add(axis == openAxis ? OPEN : (Long) tensor.dim(axis));
    }
    return extents;
  }
}
