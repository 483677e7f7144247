package io.gpuinfer.engine.program;

import java.util.ArrayList;
import java.util.List;

/**
 * One action on values.
 *
 * @param type the ONNX operator it came from, or the name of a fusion
 * @param action what the device does
 * @param inputs values read
 * @param output value written
 * @param origins names of the model's nodes that are done by it
 */
public record Op(
    String type, Action action, List<Value> inputs, Value output, List<String> origins) {

  public Op {
    inputs = List.copyOf(inputs);
    origins = List.copyOf(origins);
  }

  public Value input(int index) {
    return inputs.get(index);
  }

  /** The same values under another action. */
  public Op with(Action newAction) {
    return new Op(type, newAction, inputs, output, origins);
  }

  /** The origins of both. */
  public List<String> originsWith(Op other) {
    List<String> all = new ArrayList<>(origins);
    all.addAll(other.origins());
    return all;
  }
}
