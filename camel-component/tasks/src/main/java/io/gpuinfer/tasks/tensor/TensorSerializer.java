package io.gpuinfer.tasks.tensor;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import io.gpuinfer.engine.Tensor;
import java.io.IOException;

/**
 * Writes tensors as the Open Inference Protocol has them: {@code datatype}, {@code shape}, and the
 * elements in row-major order, not nested, under {@code data}. JSON has no NaN and no infinities;
 * these are written as the strings {@code "NaN"}, {@code "Infinity"} and {@code "-Infinity"}.
 */
final class TensorSerializer extends StdSerializer<Tensor> {

  private static final long serialVersionUID = 1;

  TensorSerializer() {
    super(Tensor.class);
  }

  @Override
  public void serialize(Tensor tensor, JsonGenerator json, SerializerProvider provider)
      throws IOException {
    json.writeStartObject();
    writeFields(tensor, json);
    json.writeEndObject();
  }

  /** Writes what is within the braces. */
  static void writeFields(Tensor tensor, JsonGenerator json) throws IOException {
    json.writeStringField("datatype", OpenInferenceType.of(tensor.type()).name());
    long[] shape = tensor.shape();
    json.writeFieldName("shape");
    json.writeArray(shape, 0, shape.length);
    json.writeArrayFieldStart("data");
    for (int i = 0; i < tensor.size(); i++) {
      switch (tensor.type()) {
        case BOOL -> json.writeBoolean(tensor.longAt(i) != 0);
        case FLOAT16, BFLOAT16, FLOAT32 -> json.writeNumber((float) tensor.doubleAt(i));
        case FLOAT64 -> json.writeNumber(tensor.doubleAt(i));
        case UINT8, INT8, INT32, INT64 -> json.writeNumber(tensor.longAt(i));
      }
    }
    json.writeEndArray();
  }
}
