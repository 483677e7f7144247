package io.gpuinfer.engine.program;

import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * The actions of a model for one set of input shapes, in an order in which every value is made
 * before it is used.
 *
 * @param inputs values a run uploads
 * @param outputs values a run answers, in the model's order; may be constants or inputs
 * @param ops the actions
 */
public record Program(List<Value> inputs, List<Value> outputs, List<Op> ops) {

  public Program {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
    ops = List.copyOf(ops);
  }

  public Program withOps(List<Op> newOps) {
    return new Program(inputs, outputs, newOps);
  }

  /** How often each value is read; an output of the program counts as a reading. */
  public Map<Value, Integer> readings() {
    Map<Value, Integer> readings = new IdentityHashMap<>();
    for (Op op : ops) {
      op.inputs().forEach(input -> readings.merge(input, 1, Integer::sum));
    }
    outputs.forEach(output -> readings.merge(output, 1, Integer::sum));
    return readings;
  }

  /** The action that makes each value. */
  public Map<Value, Op> producers() {
    Map<Value, Op> producers = new IdentityHashMap<>();
    ops.forEach(op -> producers.put(op.output(), op));
    return producers;
  }
}
