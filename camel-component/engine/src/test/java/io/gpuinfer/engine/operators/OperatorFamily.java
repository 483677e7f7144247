package io.gpuinfer.engine.operators;

import io.gpuinfer.engine.DataType;
import io.gpuinfer.engine.DeviceClass;
import io.gpuinfer.engine.InferenceSession;
import io.gpuinfer.engine.LoadOptions;
import io.gpuinfer.engine.Tensor;
import io.gpuinfer.engine.graph.Graph;
import io.gpuinfer.engine.onnx.OnnxReader;
import io.gpuinfer.engine.opencl.OpenClEngine;
import io.gpuinfer.engine.testing.Agreement;
import io.gpuinfer.engine.testing.ModelBuilder;
import io.gpuinfer.engine.testing.OnnxRuntimeOracle;
import io.gpuinfer.engine.testing.RandomTensors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Many small cases of related operators in one model, each with inputs and an output of its own, so
 * that one program is compiled for all of them.
 */
final class OperatorFamily {

  /** One unit in the last place, since ONNX Runtime rounds within some operators too. */
  private static final Agreement CLOSE_HALVES = new Agreement(1e-3, 1e-5);

  private final String name;
  private final Agreement close;
  private final RandomTensors random;
  private final ModelBuilder model;
  private final Map<String, Tensor> inputs = new LinkedHashMap<>();
  private final Map<String, String> labels = new LinkedHashMap<>();
  private final Set<String> operators = new LinkedHashSet<>();

  OperatorFamily(String name, int opset) {
    this(name, opset, new Agreement(1e-4, 1e-5));
  }

  OperatorFamily(String name, int opset, Agreement close) {
    this.close = close;
    this.name = name + "-" + opset;
    this.random = new RandomTensors(name.hashCode());
    this.model = new ModelBuilder(opset);
  }

  /** A graph input of normally distributed numbers. */
  String x(long... shape) {
    return data(random.normal(shape));
  }

  RandomTensors random() {
    return random;
  }

  /** A graph input with those elements. */
  String data(Tensor tensor) {
    String input = "x" + inputs.size();
    inputs.put(input, tensor);
    return model.input(input, tensor.type(), tensor.shape());
  }

  /** A graph input whose extents the model leaves open. */
  String openData(Tensor tensor) {
    String input = "x" + inputs.size();
    inputs.put(input, tensor);
    long[] shape = tensor.shape();
    Arrays.fill(shape, ModelBuilder.OPEN);
    return model.input(input, tensor.type(), shape);
  }

  /** Normally distributed numbers that the model carries. */
  String weights(long... shape) {
    return model.constant(random.normal(shape));
  }

  String constant(Tensor tensor) {
    return model.constant(tensor);
  }

  String constant(long... values) {
    return model.constant(values);
  }

  ModelBuilder.Node op(String type, String... operands) {
    operators.add(type);
    return model.node(type, operands);
  }

  /** A graph for a node to run. */
  ModelBuilder body() {
    return model.body();
  }

  /** The node's result is compared. */
  void check(ModelBuilder.Node node) {
    check(node, DataType.FLOAT32);
  }

  void check(ModelBuilder.Node node, DataType type) {
    checkAll(node, 1, type);
  }

  void checkAll(ModelBuilder.Node node, int outputs, DataType type) {
    node.values(outputs).forEach(output -> check(output, type, node.toString()));
  }

  /** A value that several nodes made is compared. */
  void check(String value, DataType type, String label) {
    labels.put(model.output(value, type), label);
  }

  /** Operators that have a case here. */
  Set<String> operators() {
    return operators;
  }

  /** All cases as one graph. */
  Graph graph() {
    return OnnxReader.read(model.source());
  }

  /** What the graph is run with. */
  Map<String, Tensor> inputs() {
    return Map.copyOf(inputs);
  }

  /** What our answers of both engines differ in, case by case. */
  List<String> differences(DeviceClass kernels) {
    byte[] bytes = model.bytes();
    Map<String, Tensor> expected = OnnxRuntimeOracle.answer(bytes, inputs);
    LoadOptions options =
        LoadOptions.builder()
            .deviceClass(kernels)
            .warmupShapes(
                inputs.entrySet().stream()
                    .collect(Collectors.toMap(Map.Entry::getKey, e -> e.getValue().shape())))
            .build();
    try (InferenceSession session = new OpenClEngine().load(model.source(), options)) {
      Map<String, Tensor> actual = session.run(inputs);
      List<String> differences = new ArrayList<>();
      labels.forEach(
          (output, label) -> {
            Tensor answer = expected.get(output);
            Agreement agreement = answer.type().isHalf() ? CLOSE_HALVES : close;
            String difference = agreement.difference(answer, actual.get(output));
            if (difference != null) {
              differences.add(label + " (" + output + "): " + difference);
            }
          });
      return differences;
    }
  }

  @Override
  public String toString() {
    return name;
  }
}
