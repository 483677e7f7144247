package io.gpuinfer.routes.http;

import io.gpuinfer.component.GpuInferConstants;
import io.gpuinfer.engine.InvalidInputException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.Message;

/**
 * What OpenAI's API says of embeddings: {@code POST /v1/embeddings} and {@code GET /v1/models}. An
 * endpoint gets a list of texts, and has to answer with a list of vectors, as {@code gpu-infer}
 * with {@code task=embedding} does.
 */
public final class OpenAiFace extends HttpFace {

  private static final String REQUEST = "embeddingRequest";

  private OfferedModels models = new OfferedModels("");

  public OpenAiFace() {
    super(Protocol.OPENAI);
  }

  /**
   * The models that are offered, by the names that callers use: names between commas, each with an
   * equals sign and an endpoint.
   */
  public void setModels(String list) {
    this.models = new OfferedModels(list);
  }

  @Override
  void dispatch(Exchange exchange, String method, List<String> path) {
    if (path.equals(List.of("embeddings"))) {
      requirePost(method);
      EmbeddingRequest request =
          EmbeddingRequest.of(HttpBody.readObject(exchange.getMessage(), maxBytes()));
      exchange.setVariable(REQUEST, request);
      send(exchange, models.endpoint(request.model()), request.texts());
    } else if (path.equals(List.of("models"))) {
      requireGet(method);
      List<Object> all = models.names().stream().map(OpenAiFace::model).toList();
      answer(exchange, 200, members("object", "list", "data", all));
    } else if (path.size() == 2 && path.get(0).equals("models")) {
      requireGet(method);
      models.endpoint(path.get(1));
      answer(exchange, 200, model(path.get(1)));
    } else {
      throw notThere();
    }
  }

  @Override
  public void answered(Exchange exchange) {
    EmbeddingRequest request = exchange.getVariable(REQUEST, EmbeddingRequest.class);
    Message message = exchange.getMessage();
    int tokens = message.getHeader(GpuInferConstants.TOKENS, 0, Integer.class);
    List<Object> data = new ArrayList<>();
    for (Object answer : message.getBody(List.class)) {
      float[] vector =
          exchange.getContext().getTypeConverter().convertTo(float[].class, exchange, answer);
      request
          .dimensions()
          .ifPresent(wanted -> requireDimensions(request.model(), wanted, vector.length));
      Object written = request.base64() ? base64(vector) : vector;
      data.add(members("object", "embedding", "index", data.size(), "embedding", written));
    }
    Map<String, Object> usage = members("prompt_tokens", tokens, "total_tokens", tokens);
    answer(
        exchange,
        200,
        members("object", "list", "data", data, "model", request.model(), "usage", usage));
  }

  private static void requireDimensions(String model, int wanted, int made) {
    if (wanted != made) {
      throw new InvalidInputException(
          "'dimensions' is %d, but the vectors of %s have %d".formatted(wanted, model, made));
    }
  }

  /** As 32-bit floats of the byte order that OpenAI's clients read. */
  private static String base64(float[] vector) {
    ByteBuffer bytes =
        ByteBuffer.allocate(Float.BYTES * vector.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(vector);
    return Base64.getEncoder().encodeToString(bytes.array());
  }

  /** When a model was made is not known. */
  private static Object model(String name) {
    return members("id", name, "object", "model", "created", 0, "owned_by", "gpu-infer");
  }

  /** Names and values in turn, in their order; values may be null. */
  private static Map<String, Object> members(Object... namesAndValues) {
    Map<String, Object> members = new LinkedHashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      members.put((String) namesAndValues[i], namesAndValues[i + 1]);
    }
    return members;
  }
}
