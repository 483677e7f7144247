package io.gpuinfer.engine.operators;

import io.gpuinfer.engine.DataType;
import io.gpuinfer.engine.ModelLoadException;
import io.gpuinfer.engine.Tensor;
import io.gpuinfer.engine.graph.Graph;
import io.gpuinfer.engine.program.Builder;
import io.gpuinfer.engine.program.Shapes;
import io.gpuinfer.engine.program.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Branches and loops. They never reach the device: a branch whose condition is known takes the
 * place of its node, and a loop becomes as many copies of its body as it goes round.
 */
final class ControlFlowOperators {

  private ControlFlowOperators() {}

  static void addTo(Map<String, Operator> all) {
    all.put(
        "If",
        new Limited(
            "where the condition is computed on the device, both branches are, and their shapes"
                + " must be alike",
            ControlFlowOperators::branch));
    all.put(
        "Loop",
        new Limited(
            "the number of rounds must be known before the run", ControlFlowOperators::loop));
    all.put("Scan", new Limited("from opset 9 on", ControlFlowOperators::scan));
  }

  private static List<Value> branch(Call call) {
    Value condition = call.input(0);
    Graph then = call.attributes().graph("then_branch");
    Graph otherwise = call.attributes().graph("else_branch");
    if (condition.isConstant()) {
      return call.bodies().run(call.known(0)[0] != 0 ? then : otherwise, List.of());
    }
    List<Value> one = call.bodies().run(then, List.of());
    List<Value> other = call.bodies().run(otherwise, List.of());
    List<Value> chosen = new ArrayList<>();
    for (int i = 0; i < Math.min(one.size(), other.size()); i++) {
      Value a = one.get(i);
      Value b = other.get(i);
      if (a.type() != b.type() || !Arrays.equals(a.shape(), b.shape())) {
        throw call.builder().refusal("its condition is computed, and so would a shape be");
      }
      Value test = call.builder().reshape(condition);
      chosen.add(new Arithmetic(call.builder()).where(test, a, b));
    }
    return chosen;
  }

  /** Inputs: how often at most, whether at all, state; the body answers: whether again, state. */
  private static List<Value> loop(Call call) {
    Builder builder = call.builder();
    Graph body = call.attributes().graph("body");
    long rounds = call.has(0) ? call.known(0)[0] : Long.MAX_VALUE;
    boolean again = !call.has(1) || call.known(1)[0] != 0;
    List<Value> state = new ArrayList<>(call.inputs().subList(2, call.inputs().size()));
    List<List<Value>> collected = new ArrayList<>();
    for (long round = 0; round < rounds && again; round++) {
      List<Value> arguments = new ArrayList<>();
      arguments.add(builder.constant(Tensor.wrap(new long[] {round}), false));
      arguments.add(builder.constant(Tensor.wrap(DataType.BOOL, new byte[] {1}), false));
      arguments.addAll(state);
      List<Value> answers = call.bodies().run(body, arguments);
      if (!answers.get(0).isConstant()) {
        throw builder.refusal("whether it goes on is computed on the device");
      }
      again = answers.get(0).constant().longAt(0) != 0;
      state = answers.subList(1, 1 + state.size());
      collected.add(answers.subList(1 + state.size(), answers.size()));
    }
    List<Value> outputs = new ArrayList<>(state);
    outputs.addAll(stacked(call, collected, body.outputs().size() - 1 - state.size()));
    return outputs;
  }

  /** What each round answered, joined along a new first axis. */
  private static List<Value> stacked(Call call, List<List<Value>> collected, int count) {
    if (collected.isEmpty() && count > 0) {
      throw call.builder().refusal("it goes round no time, but should collect values");
    }
    List<Value> outputs = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int index = i;
      List<Value> slices =
          collected.stream().map(round -> sliced(call.builder(), round.get(index))).toList();
      outputs.add(MovementOperators.join(call.builder(), call, slices, 0));
    }
    return outputs;
  }

  private static Value sliced(Builder builder, Value value) {
    int[] shape = new int[value.rank() + 1];
    shape[0] = 1;
    System.arraycopy(value.shape(), 0, shape, 1, value.rank());
    return builder.reshape(value, shape);
  }

  /** Inputs: state, then sequences whose elements the rounds get one after the other. */
  private static List<Value> scan(Call call) {
    Builder builder = call.builder();
    if (call.opset() < 9) {
      throw builder.refusal("only Scan of opset 9 and later is supported");
    }
    Graph body = call.attributes().graph("body");
    int sequences = call.attributes().intOr("num_scan_inputs", 0);
    int states = call.inputs().size() - sequences;
    int collectedCount = body.outputs().size() - states;
    if (sequences < 1 || states < 0 || collectedCount < 0) {
      throw new ModelLoadException(
          "Node '" + call.node().name() + "' scans " + sequences + " inputs, which it has not");
    }
    long[] axes = call.attributes().integers("scan_input_axes");
    int rounds = -1;
    for (int i = 0; i < sequences; i++) {
      Value sequence = call.input(states + i);
      int extent = sequence.dim(axis(axes, i, sequence.rank()));
      if (rounds >= 0 && extent != rounds) {
        throw builder.refusal("its sequences have " + rounds + " and " + extent + " elements");
      }
      rounds = extent;
    }
    boolean[] backwards = flags(call, "scan_input_directions", sequences);
    boolean[] outBackwards = flags(call, "scan_output_directions", collectedCount);
    List<Value> state = new ArrayList<>(call.inputs().subList(0, states));
    List<List<Value>> collected = new ArrayList<>();
    for (int round = 0; round < rounds; round++) {
      List<Value> arguments = new ArrayList<>(state);
      for (int i = 0; i < sequences; i++) {
        Value sequence = call.input(states + i);
        int at = backwards[i] ? rounds - 1 - round : round;
        arguments.add(element(builder, sequence, axis(axes, i, sequence.rank()), at));
      }
      List<Value> answers = call.bodies().run(body, arguments);
      state = answers.subList(0, states);
      List<Value> own = answers.subList(states, answers.size());
      collected.add(own);
    }
    List<Value> outputs = new ArrayList<>(state);
    long[] outAxes = call.attributes().integers("scan_output_axes");
    for (int i = 0; i < collectedCount; i++) {
      int index = i;
      List<Value> own = new ArrayList<>(collected.stream().map(all -> all.get(index)).toList());
      if (outBackwards[i]) {
        Collections.reverse(own);
      }
      List<Value> slices = own.stream().map(value -> sliced(builder, value)).toList();
      Value joined = MovementOperators.join(builder, call, slices, 0);
      outputs.add(toAxis(builder, joined, axis(outAxes, i, joined.rank())));
    }
    return outputs;
  }

  private static int axis(long[] axes, int index, int rank) {
    return Shapes.axis(axes == null ? 0 : axes[index], rank);
  }

  private static boolean[] flags(Call call, String name, int count) {
    long[] given = call.attributes().integers(name);
    boolean[] flags = new boolean[count];
    for (int i = 0; given != null && i < count; i++) {
      flags[i] = given[i] != 0;
    }
    return flags;
  }

  private static Value element(Builder builder, Value sequence, int axis, int at) {
    int[] strides = Shapes.strides(sequence.shape());
    int offset = at * strides[axis];
    return builder.box(sequence, offset, without(strides, axis), without(sequence.shape(), axis));
  }

  private static int[] without(int[] values, int axis) {
    return IntStream.range(0, values.length).filter(i -> i != axis).map(i -> values[i]).toArray();
  }

  /** The first axis moved to another place. */
  private static Value toAxis(Builder builder, Value value, int axis) {
    int[] perm =
        IntStream.range(0, value.rank()).map(i -> i < axis ? i + 1 : i == axis ? 0 : i).toArray();
    return builder.transpose(value, perm);
  }
}
