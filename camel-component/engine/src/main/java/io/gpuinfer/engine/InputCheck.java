package io.gpuinfer.engine;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Compares a run's inputs with what the model says of them, so that the message names the input and
 * not a node in the middle of the model.
 *
 * @param expected the model's inputs
 */
public record InputCheck(List<TensorInfo> expected) {

  /** What some exporters write for every open dimension: it names none. */
  private static final String UNNAMED = "?";

  /**
   * @throws InvalidInputException when a name, type, rank or extent does not fit
   */
  public void check(Map<String, Tensor> given) {
    for (String name : given.keySet()) {
      if (expected.stream().noneMatch(input -> input.name().equals(name))) {
        throw new InvalidInputException(
            "Input \"" + name + "\" is none of the model's; expected " + describeAll());
      }
    }
    Map<String, Extent> extents = new HashMap<>();
    for (TensorInfo input : expected) {
      Tensor tensor = given.get(input.name());
      if (tensor == null) {
        throw new InvalidInputException(
            "Input \"" + input.name() + "\" is missing; expected " + describeAll());
      }
      checkType(input, tensor);
      checkSymbols(input, tensor, extents);
    }
  }

  private static void checkType(TensorInfo input, Tensor tensor) {
    boolean fits =
        tensor.type() == input.type()
            && tensor.rank() == input.shape().size()
            && IntStream.range(0, tensor.rank())
                .allMatch(axis -> fits(input.shape().get(axis), tensor.dim(axis)));
    if (!fits) {
      throw new InvalidInputException(
          "Input \"%s\": expected %s, got %s%s"
              .formatted(
                  input.name(), input.signature(), tensor.type(), Arrays.toString(tensor.shape())));
    }
  }

  private static boolean fits(long expected, long given) {
    return expected == TensorInfo.DYNAMIC || expected == given;
  }

  /** Dimensions that the model gives one name are of one extent. */
  private static void checkSymbols(TensorInfo input, Tensor tensor, Map<String, Extent> extents) {
    for (int axis = 0; axis < tensor.rank(); axis++) {
      String symbol = input.symbols().get(axis);
      if (symbol.isEmpty() || symbol.equals(UNNAMED)) {
        continue;
      }
      Extent here = new Extent(input.name(), tensor.dim(axis));
      Extent before = extents.putIfAbsent(symbol, here);
      if (before != null && before.value() != here.value()) {
        throw new InvalidInputException(
            "Input \"%s\": expected %s of %d as in \"%s\", got %d"
                .formatted(input.name(), symbol, before.value(), before.input(), here.value()));
      }
    }
  }

  private String describeAll() {
    return expected.stream().map(TensorInfo::toString).collect(Collectors.joining(", "));
  }

  private record Extent(String input, long value) {}
}
