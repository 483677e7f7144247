package io.gpuinfer.engine;

import java.util.Arrays;
import java.util.List;

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
}
