package io.gpuinfer.tasks.inspect;

import io.gpuinfer.engine.InvalidInputException;
import io.gpuinfer.engine.TensorInfo;
import io.gpuinfer.tasks.image.PictureAxes;
import io.gpuinfer.tasks.ocr.OcrTask;
import io.gpuinfer.tasks.text.TextModel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** What a usual request is, for a model that leaves extents open. */
public final class TypicalShapes {

  private static final long TEXT = 128;
  private static final long SIDE = 224;

  /** What exporters write where they have no name for a dimension. */
  private static final Set<String> NO_NAMES = Set.of("", "?");

  private static final Map<String, List<Long>> OF_OCR =
      Map.of(
          OcrTask.DETECTION, List.of(640L, 640L),
          OcrTask.DIRECTION, List.of(48L, 192L),
          OcrTask.RECOGNITION, List.of(48L, 320L));

  private final String role;
  private final List<TensorInfo> inputs;
  private final Map<String, long[]> given;
  private final Map<String, Long> symbols = new HashMap<>();

  private TypicalShapes(String role, List<TensorInfo> inputs, Map<String, long[]> given) {
    this.role = role;
    this.inputs = inputs;
    this.given = given;
  }

  /**
   * Height and width of what a model of the task {@code ocr} sees of a usual picture.
   *
   * @return empty for a role that the task does not have
   */
  public static List<Long> ofOcr(String role) {
    return OF_OCR.getOrDefault(role, List.of());
  }

  /**
   * Shapes by input name, where they are known: one text of 128 tokens, one picture of 224 × 224.
   *
   * @param role of the model in its task
   * @param given what the caller wants; dimensions of one name are of one extent
   * @throws InvalidInputException when these do not fit the inputs
   */
  static Map<String, long[]> of(String role, List<TensorInfo> inputs, Map<String, long[]> given) {
    return new TypicalShapes(role, inputs, given).shapes();
  }

  private Map<String, long[]> shapes() {
    given.forEach(this::check);
    for (TensorInfo input : inputs) {
      if (!input.shape().isEmpty() && input.shape().get(0) == TensorInfo.DYNAMIC) {
        name(input.symbols().get(0), 1);
      }
    }
    boolean texts = TextModel.reads(inputs);
    Map<String, long[]> shapes = new HashMap<>();
    for (TensorInfo input : inputs) {
      long[] shape = given.getOrDefault(input.name(), shape(input, texts));
      if (Arrays.stream(shape).noneMatch(extent -> extent == TensorInfo.DYNAMIC)) {
        shapes.put(input.name(), shape);
      }
    }
    return shapes;
  }

  private void check(String name, long... shape) {
    TensorInfo input =
        inputs.stream()
            .filter(one -> one.name().equals(name))
            .findFirst()
            .orElseThrow(
                () ->
                    new InvalidInputException(
                        "The model has no input '%s', but %s".formatted(name, inputs)));
    boolean fits = shape.length == input.shape().size();
    for (int axis = 0; fits && axis < shape.length; axis++) {
      long extent = input.shape().get(axis);
      fits = extent == TensorInfo.DYNAMIC || extent == shape[axis];
      if (fits) {
        name(input.symbols().get(axis), shape[axis]);
      }
    }
    if (!fits) {
      throw new InvalidInputException(
          "%s is no shape of the input %s".formatted(Arrays.toString(shape), input));
    }
  }

  /** Says of what extent all dimensions of a name are; the first one counts. */
  private void name(String symbol, long extent) {
    if (!NO_NAMES.contains(symbol)) {
      symbols.putIfAbsent(symbol, extent);
    }
  }

  private long[] shape(TensorInfo input, boolean texts) {
    List<Long> shape = new ArrayList<>(input.shape());
    for (int axis = 0; axis < shape.size(); axis++) {
      if (shape.get(axis) == TensorInfo.DYNAMIC) {
        shape.set(axis, extent(input, axis, texts).orElse(TensorInfo.DYNAMIC));
      }
    }
    return shape.stream().mapToLong(Long::longValue).toArray();
  }

  private OptionalLong extent(TensorInfo input, int axis, boolean texts) {
    String symbol = input.symbols().get(axis);
    if (symbols.containsKey(symbol)) {
      return OptionalLong.of(symbols.get(symbol));
    }
    if (axis == 0) {
      return OptionalLong.of(1);
    }
    if (texts) {
      return OptionalLong.of(TEXT);
    }
    Optional<PictureAxes> axes = PictureAxes.of(input);
    if (axes.isEmpty()) {
      return OptionalLong.empty();
    }
    List<Long> sides = OF_OCR.getOrDefault(role, List.of(SIDE, SIDE));
    return OptionalLong.of(sides.get(axis == axes.get().height() ? 0 : 1));
  }
}
