package io.gpuinfer.engine;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * What a model says of one of its inputs or outputs.
 *
 * @param name the name to pass the tensor under
 * @param type element type
 * @param shape extents, {@link #DYNAMIC} where the model leaves one open
 * @param symbols the model's names of the dimensions, empty strings where it gives none
 */
public record TensorInfo(String name, DataType type, List<Long> shape, List<String> symbols) {

  /** The extent of a dimension that each request chooses. */
  public static final long DYNAMIC = -1;

  public TensorInfo {
    shape = List.copyOf(shape);
    symbols = List.copyOf(symbols);
  }

  /** A tensor without named dimensions. */
  public static TensorInfo of(String name, DataType type, long... shape) {
    List<Long> dims = Arrays.stream(shape).boxed().toList();
    return new TensorInfo(name, type, dims, dims.stream().map(d -> "").toList());
  }

  /** As in {@code input_ids INT64[batch, any]}: open extents by the model's name of them. */
  @Override
  public String toString() {
    return name + " " + signature();
  }

  /** As in {@code INT64[batch, any]}. */
  String signature() {
    return type
        + IntStream.range(0, shape.size())
            .mapToObj(axis -> extent(shape.get(axis), symbols.get(axis)))
            .collect(Collectors.joining(", ", "[", "]"));
  }

  private static String extent(long extent, String symbol) {
    if (extent != DYNAMIC) {
      return Long.toString(extent);
    }
    return symbol.isEmpty() ? "any" : symbol;
  }
}
