package io.gpuinfer.tasks.tensor;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import io.gpuinfer.engine.TensorInfo;
import java.io.IOException;

/**
 * Writes inputs and outputs as the metadata of the Open Inference Protocol have them. An extent
 * that the model leaves open is -1.
 */
final class TensorInfoSerializer extends StdSerializer<TensorInfo> {

  private static final long serialVersionUID = 1;

  TensorInfoSerializer() {
    super(TensorInfo.class);
  }

  @Override
  public void serialize(TensorInfo info, JsonGenerator json, SerializerProvider provider)
      throws IOException {
    json.writeStartObject();
    json.writeStringField("name", info.name());
    json.writeStringField("datatype", OpenInferenceType.of(info.type()).name());
    json.writeArrayFieldStart("shape");
    for (long extent : info.shape()) {
      json.writeNumber(extent);
    }
    json.writeEndArray();
    json.writeEndObject();
  }
}
