package io.gpuinfer.tasks.tensor;

import io.gpuinfer.engine.DataType;
import io.gpuinfer.engine.InvalidInputException;
import io.gpuinfer.engine.Tensor;
import io.gpuinfer.engine.TensorInfo;
import io.gpuinfer.tasks.Content;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Turns Java's own numbers into a tensor of the type that an input wants: an array of numbers or a
 * list of them, flat, or nested as deep as the tensor has axes.
 */
final class PlainNumbers {

  private final TensorInfo input;
  private final List<Long> nesting = new ArrayList<>();
  private final TensorBuilder numbers;

  private PlainNumbers(TensorInfo input) {
    this.input = input;
    this.numbers = new TensorBuilder(input.type(), Integer.MAX_VALUE);
  }

  /** Whether a value is of this kind, judged by its first element. */
  static boolean are(Object value) {
    return isArray(value)
        || (value instanceof Object[] array && array.length > 0 && areWithin(array[0]))
        || (value instanceof List<?> list && !list.isEmpty() && areWithin(list.get(0)));
  }

  /**
   * The tensor that an input wants.
   *
   * @param value one for which {@link #are} holds
   * @throws InvalidInputException when the numbers do not fit its type or shape
   */
  static Tensor tensor(TensorInfo input, Object value) {
    try {
      return value instanceof float[] values && input.type() == DataType.FLOAT32
          ? Tensor.of(values, shapeOf(input, values.length))
          : new PlainNumbers(input).read(value);
    } catch (InvalidInputException e) {
      throw new InvalidInputException(
          "Input %s is %s%s: %s"
              .formatted(input.name(), input.type(), input.shape(), e.getMessage()),
          e);
    }
  }

  private static boolean areWithin(Object element) {
    return element instanceof Number || element instanceof Boolean || are(element);
  }

  private static boolean isArray(Object value) {
    return value instanceof float[]
        || value instanceof double[]
        || value instanceof int[]
        || value instanceof long[];
  }

  private Tensor read(Object value) {
    add(value, 0);
    long[] shape = nesting.stream().mapToLong(Long::longValue).toArray();
    return numbers.build(shape.length > 1 ? shape : shapeOf(input, (int) shape[0]));
  }

  private void add(Object value, int depth) {
    if (value instanceof List<?> list) {
      extent(list.size(), depth);
      list.forEach(element -> add(element, depth + 1));
    } else if (value instanceof Object[] array) {
      add(Arrays.asList(array), depth);
    } else if (value instanceof float[] floats) {
      extent(floats.length, depth);
      for (float number : floats) {
        numbers.add(number);
      }
    } else if (value instanceof double[] doubles) {
      extent(doubles.length, depth);
      for (double number : doubles) {
        numbers.add(number);
      }
    } else if (value instanceof int[] ints) {
      extent(ints.length, depth);
      for (int number : ints) {
        numbers.add((long) number);
      }
    } else if (value instanceof long[] longs) {
      extent(longs.length, depth);
      for (long number : longs) {
        numbers.add(number);
      }
    } else {
      requireDepth(depth == nesting.size());
      addOne(value);
    }
  }

  private void addOne(Object value) {
    if (value instanceof Long
        || value instanceof Integer
        || value instanceof Short
        || value instanceof Byte) {
      numbers.add(((Number) value).longValue());
    } else if (value instanceof Number number) {
      numbers.add(number.doubleValue());
    } else if (value instanceof Boolean truth) {
      numbers.add(truth ? 1L : 0L);
    } else {
      throw new InvalidInputException("%s is no number".formatted(Content.nameOf(value)));
    }
  }

  /** All lists of one depth must be of one length. */
  private void extent(int length, int depth) {
    if (depth == nesting.size()) {
      requireDepth(numbers.isEmpty());
      nesting.add((long) length);
    } else {
      requireDepth(depth < nesting.size() && nesting.get(depth) == length);
    }
  }

  private void requireDepth(boolean even) {
    if (!even) {
      throw new InvalidInputException(
          "the lists are not all as long and as deep as the first ones");
    }
  }

  /** The shape that a number of values fills, when the model leaves at most one extent open. */
  private static long[] shapeOf(TensorInfo input, int length) {
    long fixed = 1;
    int open = -1;
    long[] shape = new long[input.shape().size()];
    for (int axis = 0; axis < shape.length; axis++) {
      shape[axis] = input.shape().get(axis);
      if (shape[axis] != TensorInfo.DYNAMIC) {
        fixed *= shape[axis];
      } else if (open >= 0) {
        throw new InvalidInputException(
            "several extents are open, so send a tensor, which has a shape");
      } else {
        open = axis;
      }
    }
    if (length == 0 || length % Math.max(1, fixed) != 0) {
      throw new InvalidInputException("%d numbers do not fill it".formatted(length));
    }
    if (open >= 0) {
      shape[open] = length / fixed;
    }
    return shape;
  }
}
