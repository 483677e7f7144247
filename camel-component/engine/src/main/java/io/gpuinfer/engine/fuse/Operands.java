package io.gpuinfer.engine.fuse;

import io.gpuinfer.engine.program.Expr;
import io.gpuinfer.engine.program.Value;
import java.util.ArrayList;
import java.util.List;

/** The inputs of an expression under construction, each listed once. */
final class Operands {

  private final List<Value> values = new ArrayList<>();
  private final List<Expr.Input> inputs = new ArrayList<>();
  private final int first;

  /**
   * @param first the index that the first operand gets
   */
  Operands(int first) {
    this.first = first;
  }

  /** The expression that reads this value. */
  Expr.Input reading(Value value) {
    for (int i = 0; i < values.size(); i++) {
      if (values.get(i) == value) {
        return inputs.get(i);
      }
    }
    values.add(value);
    Expr.Input input = new Expr.Input(first + inputs.size(), !value.type().isFloat());
    inputs.add(input);
    return input;
  }

  List<Value> values() {
    return values;
  }
}
