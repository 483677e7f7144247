package io.gpuinfer.onnxruntime;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import com.google.protobuf.UnsafeByteOperations;
import io.gpuinfer.engine.ModelLoadException;
import io.gpuinfer.engine.ModelSource;
import io.gpuinfer.engine.onnx.ExternalData;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/**
 * A model as ONNX Runtime may see it: in one piece. ONNX Runtime would read any file of the host
 * that a model names for its weights, so those are read here, from the model's own folder alone.
 */
final class ModelFile {

  private final String name;
  private final ExternalData files;
  private long room;

  private ModelFile(ModelSource source, int limit) {
    this.name = source.name();
    this.files = ExternalData.of(source);
    this.room = limit;
  }

  /**
   * The model with what it names in other files.
   *
   * @param model the bytes of the source
   * @param limit the most bytes that the whole model may have
   * @throws ModelLoadException when the bytes are no model, or their files cannot be read
   */
  static WholeModel inOnePiece(ModelSource source, byte[] model, int limit) {
    if (model.length == 0) {
      throw new ModelLoadException("Model " + source.name() + " is empty");
    }
    ModelProto parsed = parse(source.name(), model);
    ModelFile file = new ModelFile(source, limit - model.length);
    try {
      Message whole = file.whole(parsed);
      return WholeModel.of(whole.equals(parsed) ? model : whole.toByteArray(), parsed);
    } catch (ModelLoadException e) {
      throw new ModelLoadException("Model " + source.name() + ": " + e.getMessage(), e);
    } catch (OutOfMemoryError e) {
      throw new ModelLoadException(
          "Model " + source.name() + " does not fit the Java heap; raise -Xmx", e);
    }
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

  /** The message itself when none of its tensors is in another file. */
  private Message whole(Message message) {
    if (message instanceof TensorProto tensor) {
      return ExternalData.isExternal(tensor) ? read(tensor) : tensor;
    }
    Message.Builder changed = null;
    for (Map.Entry<FieldDescriptor, Object> entry : message.getAllFields().entrySet()) {
      FieldDescriptor field = entry.getKey();
      if (field.getJavaType() != FieldDescriptor.JavaType.MESSAGE) {
        continue;
      }
      List<?> parts = field.isRepeated() ? (List<?>) entry.getValue() : List.of(entry.getValue());
      for (int i = 0; i < parts.size(); i++) {
        Message part = (Message) parts.get(i);
        Message whole = whole(part);
        if (!whole.equals(part)) {
          changed = changed == null ? message.toBuilder() : changed;
          if (field.isRepeated()) {
            changed.setRepeatedField(field, i, whole);
          } else {
            changed.setField(field, whole);
          }
        }
      }
    }
    return changed == null ? message : changed.build();
  }

  private TensorProto read(TensorProto tensor) {
    ExternalData.Region region = files.find(tensor);
    room -= region.length();
    if (room < 0) {
      throw new ModelLoadException(
          "with its weights " + name + " is larger than ONNX Runtime takes in one piece");
    }
    return tensor.toBuilder()
        .clearExternalData()
        .clearDataLocation()
        .setRawData(UnsafeByteOperations.unsafeWrap(region.read()))
        .build();
  }
}
