package io.gpuinfer.tasks.tensor;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import io.gpuinfer.engine.Tensor;
import java.io.IOException;
import java.util.Map;

/** Writes answers by the names that the Open Inference Protocol gives their members. */
final class OpenInferenceResponseSerializer extends StdSerializer<OpenInferenceResponse> {

  private static final long serialVersionUID = 1;

  OpenInferenceResponseSerializer() {
    super(OpenInferenceResponse.class);
  }

  @Override
  public void serialize(
      OpenInferenceResponse answer, JsonGenerator json, SerializerProvider provider)
      throws IOException {
    json.writeStartObject();
    json.writeStringField("model_name", answer.modelName());
    json.writeStringField("model_version", answer.modelVersion());
    if (answer.id() != null) {
      json.writeStringField("id", answer.id());
    }
    json.writeArrayFieldStart("outputs");
    for (Map.Entry<String, Tensor> output : answer.outputs().entrySet()) {
      json.writeStartObject();
      json.writeStringField("name", output.getKey());
      TensorSerializer.writeFields(output.getValue(), json);
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeEndObject();
  }
}
