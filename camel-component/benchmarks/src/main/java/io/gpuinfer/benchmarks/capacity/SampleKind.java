package io.gpuinfer.benchmarks.capacity;

import io.gpuinfer.benchmarks.TokenInputs;
import io.gpuinfer.engine.DataType;
import io.gpuinfer.engine.InferenceSession;
import io.gpuinfer.engine.Tensor;
import io.gpuinfer.engine.TensorInfo;
import io.gpuinfer.engine.testing.RandomTensors;
import io.gpuinfer.tasks.text.TextModel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.stream.Collectors;

/**
 * Inputs of one shape to try a model with.
 *
 * @param name for people
 * @param share of the items that are of this kind, relative to other kinds
 * @param batch the inputs of so many items
 */
record SampleKind(String name, double share, IntFunction<Map<String, Tensor>> batch) {

  private static final long SEED = 1;

  /**
   * The kinds of items that a model is sent.
   *
   * @param tokens for a model that reads texts
   * @param shape of one item, for any other; empty: what the model says
   * @throws IllegalArgumentException when the model does not say, and nobody else did
   */
  static List<SampleKind> of(InferenceSession session, TokenLengths tokens, List<Long> shape) {
    Set<String> names = session.inputs().stream().map(TensorInfo::name).collect(Collectors.toSet());
    if (names.contains(TextModel.IDS)) {
      List<SampleKind> kinds = new ArrayList<>();
      tokens.padded().forEach((length, count) -> kinds.add(texts(names, length, count)));
      return kinds;
    }
    if (session.inputs().size() != 1 || session.inputs().get(0).type() != DataType.FLOAT32) {
      throw new IllegalArgumentException(
          "Only models of texts or of one input of floats can be tried, not of " + names);
    }
    return List.of(floats(session.inputs().get(0), shape));
  }

  private static SampleKind texts(Set<String> names, int length, int share) {
    return new SampleKind(
        length + " tokens",
        share,
        rows -> {
          Map<String, Tensor> inputs = new HashMap<>(TokenInputs.full(rows, length));
          inputs.keySet().retainAll(names);
          return inputs;
        });
  }

  private static SampleKind floats(TensorInfo input, List<Long> shape) {
    List<Long> own = input.shape().subList(1, input.shape().size());
    List<Long> item = shape.isEmpty() ? own : shape;
    if (item.contains(TensorInfo.DYNAMIC)) {
      throw new IllegalArgumentException(
          "The model leaves the extents of %s open: say --shape, as in 3x224x224"
              .formatted(input.name()));
    }
    String name = item.stream().map(String::valueOf).collect(Collectors.joining("×"));
    return new SampleKind(
        name,
        1,
        rows -> {
          long[] extents = new long[item.size() + 1];
          extents[0] = rows;
          for (int axis = 1; axis < extents.length; axis++) {
            extents[axis] = item.get(axis - 1);
          }
          return Map.of(input.name(), new RandomTensors(SEED).uniform(0, 1, extents));
        });
  }
}
