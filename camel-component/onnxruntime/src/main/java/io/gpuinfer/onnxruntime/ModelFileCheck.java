package io.gpuinfer.onnxruntime;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import com.google.protobuf.UnsafeByteOperations;
import io.gpuinfer.engine.ModelLoadException;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * Refuses model files that ONNX Runtime must not see: what is no ONNX model, and a model that names
 * files for its weights, since ONNX Runtime would read any file of the host that it names.
 */
final class ModelFileCheck {

  private ModelFileCheck() {}

  /**
   * @throws ModelLoadException when the bytes are no model, or the model names other files
   */
  static void check(String name, byte[] model) {
    if (model.length == 0) {
      throw new ModelLoadException("Model " + name + " is empty");
    }
    checkTensors(name, parse(name, model));
  }

  private static ModelProto parse(String name, byte[] model) {
    CodedInputStream in = UnsafeByteOperations.unsafeWrap(model).newCodedInput();
    in.enableAliasing(true); // the weights stay where they are
    try {
      return ModelProto.parseFrom(in);
    } catch (IOException e) {
      throw new ModelLoadException(
          "Model " + name + " is truncated, damaged or no ONNX file: " + e.getMessage(), e);
    }
  }

  private static void checkTensors(String model, Message message) {
    if (message instanceof TensorProto tensor
        && (tensor.getExternalDataCount() > 0
            || tensor.getDataLocation() == TensorProto.DataLocation.EXTERNAL)) {
      throw new ModelLoadException(
          "Model %s keeps the tensor %s in another file; save it as one file"
              .formatted(model, tensor.getName()));
    }
    for (Map.Entry<FieldDescriptor, Object> field : message.getAllFields().entrySet()) {
      if (field.getKey().getJavaType() == FieldDescriptor.JavaType.MESSAGE) {
        Collection<?> nested =
            field.getKey().isRepeated()
                ? (Collection<?>) field.getValue()
                : List.of(field.getValue());
        nested.forEach(inner -> checkTensors(model, (Message) inner));
      }
    }
  }
}
