package io.gpuinfer.engine.operators;

import io.gpuinfer.engine.DataType;
import io.gpuinfer.engine.InvalidInputException;
import io.gpuinfer.engine.program.Action;
import io.gpuinfer.engine.program.Builder;
import io.gpuinfer.engine.program.Fn;
import io.gpuinfer.engine.program.StridedCopy;
import io.gpuinfer.engine.program.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * RNN, GRU and LSTM, written out step by step. What the input contributes to a gate is one product
 * for all steps; each step then has a product of the state for each gate, all of which are one
 * pass.
 */
final class RecurrentOperators {

  /** State after a step: {@code [batch, hidden]}, null for zeros; only an LSTM has a cell. */
  record State(Value hidden, Value cell) {}

  /** Computes the next state; {@code inputs} is what the input contributes to each gate. */
  @FunctionalInterface
  interface Cell {
    State next(List<Value> inputs, State before);
  }

  private static final String LIMITS = "written out step by step: a plan grows with the sequence";

  private static final int[] STEPS_FIRST = {1, 0, 2};

  private final Call call;
  private final Builder builder;
  private final int gates;
  private final Value x;
  private final int steps;
  private final int batch;
  private final int hidden;
  private final int directions;
  private final boolean batchFirst;

  private RecurrentOperators(Call call, int gates) {
    this.call = call;
    this.builder = call.builder();
    this.gates = gates;
    this.batchFirst = call.attributes().flag("layout", false);
    Value data = call.input(0);
    if (data.rank() != 3) {
      throw new InvalidInputException(data + " is no sequence of batches");
    }
    this.x = batchFirst ? builder.transpose(data, STEPS_FIRST) : data;
    this.steps = x.dim(0);
    this.batch = x.dim(1);
    Value recurrence = call.input(2);
    this.hidden = recurrence.rank() == 3 ? recurrence.dim(2) : 0;
    this.directions = direction().equals("bidirectional") ? 2 : 1;
    int rows = gates * hidden;
    require(1, directions, rows, x.dim(2));
    require(2, directions, rows, hidden);
    require(3, directions, 2 * rows);
    require(4, batch);
    for (int i = 5; i < 7; i++) {
      require(i, batchFirst ? batch : directions, batchFirst ? directions : batch, hidden);
    }
    require(7, directions, 3 * hidden);
  }

  static void addTo(Map<String, Operator> all) {
    all.put(
        "RNN",
        new Limited(LIMITS, call -> new RecurrentOperators(call, 1).outputs(List.of("Tanh"))));
    all.put(
        "GRU",
        new Limited(
            LIMITS, call -> new RecurrentOperators(call, 3).outputs(List.of("Sigmoid", "Tanh"))));
    all.put(
        "LSTM",
        new Limited(
            LIMITS,
            call -> new RecurrentOperators(call, 4).outputs(List.of("Sigmoid", "Tanh", "Tanh"))));
  }

  private void require(int input, int... shape) {
    if (call.has(input) && !Arrays.equals(call.input(input).shape(), shape)) {
      throw new InvalidInputException(
          "input " + input + " is " + call.input(input) + ", not " + Arrays.toString(shape));
    }
  }

  private String direction() {
    String direction = call.attributes().text("direction", "forward");
    if (!List.of("forward", "reverse", "bidirectional").contains(direction)) {
      throw builder.refusal("direction '" + direction + "' is not supported");
    }
    return direction;
  }

  /** All hidden states, the last one of each direction, and the last cell. */
  private List<Value> outputs(List<String> functions) {
    List<String> all = new ArrayList<>();
    for (int d = 0; d < directions; d++) {
      all.addAll(functions);
    }
    List<CellActivation> activations = CellActivation.of(call, all);
    Value[] every = new Value[steps * directions];
    List<Value> lastHidden = new ArrayList<>();
    List<Value> lastCell = new ArrayList<>();
    for (int d = 0; d < directions; d++) {
      List<CellActivation> own =
          activations.subList(d * functions.size(), (d + 1) * functions.size());
      boolean backwards = d == 1 || direction().equals("reverse");
      State last = run(d, cell(d, own), backwards, every);
      lastHidden.add(last.hidden());
      lastCell.add(last.cell());
    }
    Value states = stacked(Arrays.asList(every), steps, directions, batch, hidden);
    List<Value> outputs = new ArrayList<>();
    outputs.add(batchFirst ? builder.transpose(states, 2, 0, 1, 3) : states);
    outputs.add(ofDirections(lastHidden));
    if (gates == 4) {
      outputs.add(ofDirections(lastCell));
    }
    return outputs;
  }

  private Value ofDirections(List<Value> values) {
    Value all = stacked(values, directions, batch, hidden);
    return batchFirst ? builder.transpose(all, STEPS_FIRST) : all;
  }

  /** Values of equal size, one after the other. */
  private Value stacked(List<Value> values, int... shape) {
    int size = batch * hidden;
    List<StridedCopy> copies = new ArrayList<>();
    for (int i = 0; i < values.size(); i++) {
      copies.add(new StridedCopy(i, 0, new int[] {1}, i * size, new int[] {1}, new int[] {size}));
    }
    return builder.emit(
        new Action.Move(copies, null), x.type(), shape, values.toArray(Value[]::new));
  }

  private State run(int d, Cell cell, boolean backwards, Value... every) {
    List<List<Value>> inputs = new ArrayList<>();
    for (int g = 0; g < gates; g++) {
      inputs.add(contributions(d, g));
    }
    State state = new State(initial(5, d), initial(6, d));
    for (int i = 0; i < steps; i++) {
      int t = backwards ? steps - 1 - i : i;
      State next = cell.next(inputs.stream().map(gate -> gate.get(t)).toList(), state);
      if (call.has(4)) { // sequences that have ended, or not begun from the end, keep their state
        Value runs = runs(t);
        every[t * directions + d] = where(runs, next.hidden(), null);
        state =
            new State(
                where(runs, next.hidden(), state.hidden()),
                next.cell() == null ? null : where(runs, next.cell(), state.cell()));
      } else {
        every[t * directions + d] = next.hidden();
        state = next;
      }
    }
    return state;
  }

  private Value initial(int input, int d) {
    if (!call.has(input)) {
      return null;
    }
    Value value = call.input(input);
    return batchFirst
        ? builder.box(value, d * hidden, new int[] {directions * hidden, 1}, batch, hidden)
        : builder.box(value, d * batch * hidden, new int[] {hidden, 1}, batch, hidden);
  }

  /** For each sequence, whether it has a step of that number. */
  private Value runs(int t) {
    return ElementwiseOperators.apply(
        builder,
        DataType.BOOL,
        ElementwiseOperators.GREATER,
        builder.reshape(call.input(4), batch, 1),
        FlatIndex.number(builder, t));
  }

  private Value where(Value runs, Value then, Value otherwise) {
    return apply(
        ElementwiseOperators.WHERE, runs, then, otherwise == null ? builder.scalar(0) : otherwise);
  }

  private Value apply(Fn fn, Value... values) {
    return ElementwiseOperators.apply(builder, x.type(), fn, values);
  }

  /** What input and biases contribute to a gate, for every step. */
  private List<Value> contributions(int d, int gate) {
    int width = x.dim(2);
    Value weights =
        builder.box(
            call.input(1),
            (d * gates + gate) * hidden * width,
            new int[] {1, width},
            width,
            hidden);
    Value all = MatrixOperators.product(call, builder.reshape(x, steps * batch, width), weights);
    if (call.has(3)) {
      Value bias = bias(d, gate);
      // A GRU that resets after its product has a bias inside of what it resets.
      boolean apart = gate == 2 && resetsProduct();
      all = apply(Fn.ADD, all, apart ? bias : apply(Fn.ADD, bias, bias(d, gates + gate)));
    }
    List<Value> each = new ArrayList<>();
    for (int t = 0; t < steps; t++) {
      each.add(builder.box(all, t * batch * hidden, new int[] {hidden, 1}, batch, hidden));
    }
    return each;
  }

  private Value bias(int d, int part) {
    return builder.box(call.input(3), (d * 2 * gates + part) * hidden, new int[] {1}, hidden);
  }

  private boolean resetsProduct() {
    return gates == 3 && call.attributes().flag("linear_before_reset", false);
  }

  /** What the state contributes to a gate, or null when the state is zero. */
  private Value recurrence(int d, int gate, Value state) {
    if (state == null) {
      return null;
    }
    Value weights =
        builder.box(
            call.input(2),
            (d * gates + gate) * hidden * hidden,
            new int[] {1, hidden},
            hidden,
            hidden);
    return MatrixOperators.product(call, state, weights);
  }

  /** The sum of what is not null. */
  private Value sum(Value... values) {
    Value sum = null;
    for (Value value : values) {
      sum = sum == null || value == null ? (sum == null ? value : sum) : apply(Fn.ADD, sum, value);
    }
    return sum;
  }

  private Value times(Value a, Value b) {
    return a == null || b == null ? null : apply(Fn.MUL, a, b);
  }

  private Value clipped(Value value) {
    if (!call.attributes().has("clip")) {
      return value;
    }
    float limit = call.attributes().real("clip", 0);
    Value low = apply(Fn.MAX, value, builder.scalar(-limit));
    return apply(Fn.MIN, low, builder.scalar(limit));
  }

  private Cell cell(int d, List<CellActivation> activations) {
    List<Function<Value, Value>> functions = new ArrayList<>();
    for (CellActivation activation : activations) {
      // As in ONNX Runtime, the function of an LSTM's cell takes it unclipped.
      boolean ofCell = functions.size() == 2;
      functions.add(value -> activation.apply(builder, ofCell ? value : clipped(value)));
    }
    return switch (gates) {
      case 1 ->
          (inputs, before) ->
              new State(
                  functions.get(0).apply(sum(recurrence(d, 0, before.hidden()), inputs.get(0))),
                  null);
      case 3 -> (inputs, before) -> gru(d, functions, inputs, before.hidden());
      default -> (inputs, before) -> lstm(d, functions, inputs, before);
    };
  }

  /** Gates: update, reset, hidden. */
  private State gru(
      int d, List<Function<Value, Value>> functions, List<Value> inputs, Value before) {
    Function<Value, Value> gate = functions.get(0);
    Value update = gate.apply(sum(recurrence(d, 0, before), inputs.get(0)));
    Value reset = gate.apply(sum(recurrence(d, 1, before), inputs.get(1)));
    Value past;
    if (resetsProduct()) {
      past = times(reset, sum(recurrence(d, 2, before), call.has(3) ? bias(d, 5) : null));
    } else {
      past = recurrence(d, 2, times(reset, before));
    }
    Value fresh = functions.get(1).apply(sum(past, inputs.get(2)));
    Value kept = before == null ? builder.scalar(0) : before;
    // (1 − update) · fresh + update · kept
    return new State(apply(Fn.ADD, fresh, apply(Fn.MUL, update, apply(Fn.SUB, kept, fresh))), null);
  }

  /** Gates: input, output, forget, cell. */
  private State lstm(
      int d, List<Function<Value, Value>> functions, List<Value> inputs, State before) {
    List<Value> sums = new ArrayList<>(Collections.nCopies(4, null));
    for (int g = 0; g < 4; g++) {
      sums.set(g, sum(recurrence(d, g, before.hidden()), inputs.get(g)));
    }
    Function<Value, Value> gate = functions.get(0);
    Value input = gate.apply(sum(sums.get(0), times(before.cell(), peephole(d, 0))));
    Value forget =
        call.attributes().flag("input_forget", false)
            ? apply(Fn.SUB, builder.scalar(1), input)
            : gate.apply(sum(sums.get(2), times(before.cell(), peephole(d, 2))));
    Value fresh = functions.get(1).apply(sums.get(3));
    Value cell = sum(times(input, fresh), times(before.cell(), forget));
    Value output = gate.apply(sum(sums.get(1), times(cell, peephole(d, 1))));
    return new State(apply(Fn.MUL, output, functions.get(2).apply(cell)), cell);
  }

  /** A weight of the cell in a gate, by number: input, output, forget. */
  private Value peephole(int d, int gate) {
    return call.has(7)
        ? builder.box(call.input(7), (d * 3 + gate) * hidden, new int[] {1}, hidden)
        : null;
  }
}
