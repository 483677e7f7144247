package io.gpuinfer.onnxruntime;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.gpuinfer.engine.DataType;
import io.gpuinfer.engine.TensorInfo;
import io.gpuinfer.engine.UnsupportedModelException;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;

/**
 * What a loaded model takes and answers, in the engine's words.
 *
 * @param inputs in the model's order
 * @param outputs in the model's order
 */
record Signature(List<TensorInfo> inputs, List<TensorInfo> outputs) {

  /**
   * @throws UnsupportedModelException when an input or output is no tensor of a type of ours
   */
  static Signature of(OrtSession session) throws OrtException {
    return new Signature(
        describe(session.getInputInfo().values()), describe(session.getOutputInfo().values()));
  }

  private static List<TensorInfo> describe(Collection<NodeInfo> nodes) {
    return nodes.stream().map(Signature::describe).toList();
  }

  private static TensorInfo describe(NodeInfo node) {
    // ONNX Runtime's class has the same simple name as ours.
    if (!(node.getInfo() instanceof ai.onnxruntime.TensorInfo tensor)) {
      throw unsupported(node.getName(), node.getInfo().toString());
    }
    return new TensorInfo(
        node.getName(),
        typeOf(node.getName(), tensor),
        Arrays.stream(tensor.getShape()).boxed().toList(),
        List.of(tensor.getDimensionNames()));
  }

  /** The engine's type of a tensor of ONNX Runtime. */
  static DataType typeOf(String name, ai.onnxruntime.TensorInfo tensor) {
    return switch (tensor.onnxType) {
      case ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT -> DataType.FLOAT32;
      case ONNX_TENSOR_ELEMENT_DATA_TYPE_DOUBLE -> DataType.FLOAT64;
      case ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT16 -> DataType.FLOAT16;
      case ONNX_TENSOR_ELEMENT_DATA_TYPE_BFLOAT16 -> DataType.BFLOAT16;
      case ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT8 -> DataType.UINT8;
      case ONNX_TENSOR_ELEMENT_DATA_TYPE_INT8 -> DataType.INT8;
      case ONNX_TENSOR_ELEMENT_DATA_TYPE_INT32 -> DataType.INT32;
      case ONNX_TENSOR_ELEMENT_DATA_TYPE_INT64 -> DataType.INT64;
      case ONNX_TENSOR_ELEMENT_DATA_TYPE_BOOL -> DataType.BOOL;
      default -> throw unsupported(name, tensor.toString());
    };
  }

  private static UnsupportedModelException unsupported(String name, String type) {
    String value = name + " is a " + type;
    return new UnsupportedModelException(
        value + "; supported are tensors of " + Arrays.toString(DataType.values()), List.of(value));
  }
}
