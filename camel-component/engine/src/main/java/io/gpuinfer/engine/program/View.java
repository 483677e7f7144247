package io.gpuinfer.engine.program;

/**
 * A value seen as a box of another value's elements: element {@code i} lies at {@code offset + Σ
 * i·strides} of {@code base}.
 */
public record View(Value base, int offset, int[] strides, int[] dims) {

  /** All of a value. */
  public static View whole(Value value) {
    return new View(value, 0, Shapes.strides(value.shape()), value.shape());
  }

  /** Whether the box is all of the base, in the base's order. */
  boolean isWhole() {
    if (offset != 0 || Shapes.size(dims) != base.size()) {
      return false;
    }
    int[] dense = Shapes.strides(dims);
    for (int i = 0; i < dims.length; i++) {
      if (dims[i] != 1 && strides[i] != dense[i]) {
        return false;
      }
    }
    return true;
  }

  /** The box under another shape of the same size, or null when that needs a copy. */
  View reshape(int... shape) {
    int[] result = new int[shape.length];
    int from = 0;
    int to = 0;
    while (from < dims.length || to < shape.length) {
      // Take the smallest group of old axes and of new axes that hold as many elements.
      int fromEnd = from;
      int toEnd = to;
      long old = fromEnd < dims.length ? dims[fromEnd++] : 1;
      long fresh = toEnd < shape.length ? shape[toEnd++] : 1;
      while (old != fresh) {
        if (old < fresh && fromEnd < dims.length) {
          old *= dims[fromEnd++];
        } else if (fresh < old && toEnd < shape.length) {
          fresh *= shape[toEnd++];
        } else {
          return null;
        }
      }
      if (!assign(result, shape, from, fromEnd, to, toEnd)) {
        return null;
      }
      from = fromEnd;
      to = toEnd;
    }
    return new View(base, offset, result, shape.clone());
  }

  private boolean assign(int[] result, int[] shape, int from, int fromEnd, int to, int toEnd) {
    int last = -1; // the old axes of the group must be one evenly spaced run
    for (int axis = fromEnd - 1; axis >= from; axis--) {
      if (dims[axis] == 1) {
        continue;
      }
      if (last >= 0 && strides[axis] != strides[last] * dims[last]) {
        return false;
      }
      last = axis;
    }
    int stride = 1;
    for (int axis = fromEnd - 1; axis >= from; axis--) {
      if (dims[axis] != 1) {
        stride = strides[axis];
        break;
      }
    }
    for (int axis = toEnd - 1; axis >= to; axis--) {
      result[axis] = stride;
      stride *= shape[axis];
    }
    return true;
  }

  /** This box of a value, where that value is itself a box of another; null when it is no box. */
  View of(View outer) {
    int[] outerDense = Shapes.strides(outer.dims());
    int at = outer.offset();
    int rest = offset;
    int[] index = new int[outerDense.length];
    for (int i = 0; i < outerDense.length; i++) {
      index[i] = outerDense[i] == 0 ? 0 : rest / outerDense[i];
      rest -= index[i] * outerDense[i];
      at += index[i] * outer.strides()[i];
    }
    int[] result = new int[strides.length];
    for (int i = 0; i < strides.length; i++) {
      if (dims[i] == 1 || strides[i] == 0) {
        continue;
      }
      int axis = matching(outer, outerDense, strides[i], dims[i]);
      if (axis < 0) {
        return null;
      }
      index[axis] += strides[i] / outerDense[axis] * (dims[i] - 1);
      if (index[axis] < 0 || index[axis] >= outer.dims()[axis]) {
        return null; // the box would run over the end of the axis into the next row
      }
      result[i] = strides[i] / outerDense[axis] * outer.strides()[axis];
    }
    return new View(outer.base(), at, result, dims.clone());
  }

  /** The axis of the outer box along which a stride walks without leaving it, or -1. */
  private static int matching(View outer, int[] dense, int stride, int count) {
    for (int axis = 0; axis < dense.length; axis++) {
      int step = stride / Math.max(dense[axis], 1);
      if (outer.dims()[axis] > 1
          && stride % dense[axis] == 0
          && step != 0
          && (long) Math.abs(step) * (count - 1) < outer.dims()[axis]) {
        return axis;
      }
    }
    return -1;
  }
}
