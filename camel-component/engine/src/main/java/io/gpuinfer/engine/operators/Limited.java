package io.gpuinfer.engine.operators;

import io.gpuinfer.engine.program.Value;
import java.util.List;

/**
 * A translation that does less than ONNX asks for, or in a way that its users should know.
 *
 * @param limits for the table of operators, in a few words
 * @param translation what it does
 */
record Limited(String limits, Operator translation) implements Operator {

  @Override
  public List<Value> translate(Call call) {
    return translation.translate(call);
  }
}
