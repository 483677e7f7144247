package io.gpuinfer.engine.conformance;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import io.gpuinfer.engine.ModelSource;
import io.gpuinfer.engine.Tensor;
import io.gpuinfer.engine.onnx.OnnxTensors;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * One case of the ONNX project's backend tests: a model, and for each of its data sets the inputs
 * and the outputs that the project expects.
 *
 * @param name the suite and the case, as in {@code node/test_abs}
 * @param folder where its files are
 */
record ConformanceCase(String name, Path folder) {

  private static final List<String> SUITES =
      List.of("node", "pytorch-converted", "pytorch-operator", "simple");

  private static final Set<DataType> TYPES =
      Set.of(
          DataType.FLOAT,
          DataType.FLOAT16,
          DataType.BFLOAT16,
          DataType.INT8,
          DataType.UINT8,
          DataType.INT32,
          DataType.INT64,
          DataType.BOOL);

  /** Of these no run has a right answer. */
  private static final Set<String> RANDOM =
      Set.of(
          "Bernoulli",
          "Multinomial",
          "RandomNormal",
          "RandomNormalLike",
          "RandomUniform",
          "RandomUniformLike");

  /** Inputs and expected outputs, in the order of the model. */
  record DataSet(List<Tensor> inputs, List<Tensor> outputs) {}

  /** All cases whose types are in scope, in the order of their names. */
  static List<ConformanceCase> inScope(Path data) throws IOException {
    List<ConformanceCase> cases = new ArrayList<>();
    for (String suite : SUITES) {
      try (Stream<Path> folders = Files.list(data.resolve(suite))) {
        for (Path folder : folders.sorted().toList()) {
          ConformanceCase found = new ConformanceCase(suite + "/" + folder.getFileName(), folder);
          if (found.isInScope()) {
            cases.add(found);
          }
        }
      }
    }
    return cases;
  }

  private boolean isInScope() throws IOException {
    GraphProto graph = proto().getGraph();
    return Stream.concat(graph.getInputList().stream(), graph.getOutputList().stream())
            .allMatch(ConformanceCase::hasTypeInScope)
        && graph.getNodeList().stream().allMatch(ConformanceCase::isNodeInScope);
  }

  private static boolean hasTypeInScope(ValueInfoProto value) {
    int type = value.getType().getTensorType().getElemType();
    return value.getType().hasTensorType() && TYPES.contains(DataType.forNumber(type));
  }

  /** Nodes that make or take what is no tensor, train, or draw random numbers are out of scope. */
  private static boolean isNodeInScope(NodeProto node) {
    String type = node.getOpType();
    return (node.getDomain().isEmpty() || node.getDomain().equals("ai.onnx"))
        && !RANDOM.contains(type)
        && !type.contains("Sequence")
        && !type.contains("Optional")
        && !type.startsWith("String");
  }

  private ModelProto proto() throws IOException {
    try (InputStream stream = Files.newInputStream(folder.resolve("model.onnx"))) {
      return ModelProto.parseFrom(stream);
    }
  }

  ModelSource source() {
    return ModelSource.of(folder.resolve("model.onnx"));
  }

  List<DataSet> dataSets() throws IOException {
    List<DataSet> sets = new ArrayList<>();
    for (int i = 0; Files.exists(folder.resolve("test_data_set_" + i)); i++) {
      Path set = folder.resolve("test_data_set_" + i);
      sets.add(new DataSet(tensors(set, "input"), tensors(set, "output")));
    }
    return sets;
  }

  private static List<Tensor> tensors(Path set, String kind) throws IOException {
    List<Tensor> tensors = new ArrayList<>();
    for (int i = 0; Files.exists(set.resolve(kind + "_" + i + ".pb")); i++) {
      try (InputStream stream = Files.newInputStream(set.resolve(kind + "_" + i + ".pb"))) {
        TensorProto.Builder tensor = TensorProto.parseFrom(stream).toBuilder();
        if (tensor.getDataType() == DataType.UINT16_VALUE) { // NumPy knows no bfloat16
          tensor.setDataType(DataType.BFLOAT16_VALUE);
        }
        tensors.add(OnnxTensors.read(tensor.build()));
      }
    }
    return tensors;
  }
}
