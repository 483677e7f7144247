package io.gpuinfer.engine.operators;

import io.gpuinfer.engine.DataType;
import io.gpuinfer.engine.Tensor;
import io.gpuinfer.engine.testing.ModelBuilder;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Stream;

/** Operators that go through a sequence step by step. */
final class RecurrentCases {

  private static final int STEPS = 4;
  private static final int BATCH = 3;
  private static final int WIDTH = 5;
  private static final int HIDDEN = 6;

  private static final Map<String, Integer> GATES = Map.of("RNN", 1, "GRU", 3, "LSTM", 4);

  private RecurrentCases() {}

  static Stream<OperatorFamily> families() {
    return Stream.of("RNN", "GRU", "LSTM").map(RecurrentCases::family);
  }

  private static OperatorFamily family(String type) {
    OperatorFamily f = new OperatorFamily(type, 14);
    int states = type.equals("LSTM") ? 3 : 2;
    for (String direction : new String[] {"forward", "reverse", "bidirectional"}) {
      int directions = direction.equals("bidirectional") ? 2 : 1;
      check(f, node(f, type, directions).with("direction", direction), states);
      check(f, node(f, type, directions, "").with("direction", direction), states);
      check(f, node(f, type, directions, "lengths").with("direction", direction), states);
      check(f, node(f, type, directions, "", "states").with("direction", direction), states);
      check(f, node(f, type, directions, "lengths", "states").with("direction", direction), states);
    }
    check(f, node(f, type, 1, "", "states").with("clip", 0.4f), states);
    if (type.equals("GRU")) {
      check(f, node(f, type, 1).with("linear_before_reset", 1), states);
      check(
          f,
          node(f, type, 2, "").with("linear_before_reset", 1).with("direction", "bidirectional"),
          states);
      check(f, node(f, type, 1, "lengths", "states").with("linear_before_reset", 1), states);
    } else if (type.equals("LSTM")) {
      check(f, node(f, type, 1, "", "states", "peepholes"), states);
      check(
          f,
          node(f, type, 2, "", "states", "peepholes").with("direction", "bidirectional"),
          states);
    }
    return f;
  }

  private static void check(OperatorFamily f, ModelBuilder.Node node, int outputs) {
    f.checkAll(node.with("hidden_size", HIDDEN), outputs, DataType.FLOAT32);
  }

  /** Weights are the model's; with any further operand there is a bias. */
  private static ModelBuilder.Node node(
      OperatorFamily f, String type, int directions, String... operands) {
    int rows = GATES.get(type) * HIDDEN;
    boolean states = operands.length > 1;
    String[] all = {
      f.x(STEPS, BATCH, WIDTH),
      f.weights(directions, rows, WIDTH),
      f.weights(directions, rows, HIDDEN),
      operands.length > 0 ? f.weights(directions, 2L * rows) : "",
      operands.length > 0 && !operands[0].isEmpty()
          ? f.data(Tensor.of(new int[] {2, 4, 1}, BATCH))
          : "",
      states ? f.x(directions, BATCH, HIDDEN) : "",
      states && type.equals("LSTM") ? f.x(directions, BATCH, HIDDEN) : "",
      operands.length > 2 ? f.weights(directions, 3 * HIDDEN) : ""
    };
    return f.op(type, Arrays.copyOf(all, type.equals("LSTM") ? 8 : 6));
  }
}
