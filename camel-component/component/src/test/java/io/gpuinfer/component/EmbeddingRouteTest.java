package io.gpuinfer.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import io.gpuinfer.engine.InvalidInputException;
import io.gpuinfer.serving.ServerState;
import io.gpuinfer.tasks.embedding.Embedding;
import io.gpuinfer.tasks.rerank.RankedText;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.apache.camel.CamelExecutionException;
import org.apache.camel.Exchange;
import org.apache.camel.RoutesBuilder;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.mock.MockEndpoint;
import org.apache.camel.support.DefaultExchange;
import org.apache.camel.test.junit5.CamelTestSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/** Texts through a route to MiniLM on the host's cores, and vectors back. */
@TestInstance(Lifecycle.PER_CLASS)
class EmbeddingRouteTest extends CamelTestSupport {

  private static final String TEXT = "A man is eating food.";

  @TempDir static Path folder;

  @Override
  protected RoutesBuilder createRouteBuilder() {
    return new RouteBuilder() {
      @Override
      public void configure() {
        from("direct:embed").routeId("embed").to("gpu-infer:minilm?device=cpu");
        from("direct:first")
            .to("gpu-infer:minilm?device=cpu&settings.pooling=cls&settings.normalize=false");
        from("direct:uncached").streamCache("false").to("gpu-infer:minilm?device=cpu");
        from("direct:record").to("gpu-infer:minilm?device=cpu&settings.answer=embedding");
        from("direct:rank").to("gpu-infer:minilm?device=cpu&task=rerank&settings.topN=1");
        from("direct:thread")
            .to("gpu-infer:minilm?device=cpu")
            .process(e -> e.getMessage().setBody(Thread.currentThread().getName()));
        from("file:" + folder + "?initialDelay=0&delay=20")
            .to("gpu-infer:minilm?device=cpu")
            .to("mock:file");
      }
    };
  }

  @Test
  void shouldEmbedATextAsTheModelsAuthorsDo() {
    float[] vector = embed(TEXT);

    assertThat(vector).hasSize(384);
    assertThat(vector[0]).isCloseTo(0.03324158f, within(1e-5f));
    assertThat(vector[1]).isCloseTo(0.0044060955f, within(1e-5f));
    assertThat(vector[2]).isCloseTo(-0.006276962f, within(1e-5f));
  }

  /** The first token's vector of this model is no unit vector, and another than the mean. */
  @Test
  void shouldTakeSettingsFromTheUri() {
    float[] vector = template.requestBody("direct:first", TEXT, float[].class);

    assertThat(length(vector)).isNotCloseTo(1, within(0.01));
    assertThat(length(embed(TEXT))).isCloseTo(1, within(1e-5));
  }

  @Test
  void shouldRankTheDocumentsOfAMap() {
    Map<String, Object> body =
        Map.of("query", "Who is eating?", "documents", List.of("It rains.", TEXT));

    List<?> ranked = template.requestBody("direct:rank", body, List.class);

    assertThat(ranked).hasSize(1);
    assertThat(((RankedText) ranked.get(0)).index()).isEqualTo(1);
  }

  @Test
  void shouldNameASettingThatTheTaskDoesNotKnow() {
    assertThatThrownBy(
            () -> template.requestBody("gpu-infer:minilm?device=cpu&settings.poolng=cls", TEXT))
        .hasStackTraceContaining("option settings.poolng")
        .hasStackTraceContaining("it knows [answer, buckets, limits.maxCharacters");
  }

  @Test
  void shouldAnswerAListInItsOrder() {
    List<?> vectors = template.requestBody("direct:embed", List.of("One text.", TEXT), List.class);

    assertThat(vectors).hasSize(2);
    assertThat((float[]) vectors.get(1)).containsExactly(embed(TEXT), within(1e-5f));
  }

  @Test
  void shouldTakeAListOfExchangesAsOneRequest() {
    Exchange item = new DefaultExchange(context);
    item.getMessage().setBody(TEXT);

    List<?> vectors = template.requestBody("direct:embed", List.of(item), List.class);

    assertThat((float[]) vectors.get(0)).containsExactly(embed(TEXT), within(1e-5f));
  }

  @Test
  void shouldReadTextsFromBytesStreamsAndReaders() throws Exception {
    float[] expected = embed(TEXT);
    byte[] bytes = TEXT.getBytes(StandardCharsets.UTF_8);
    Path file = Files.write(Files.createTempFile("text", ".txt"), bytes);

    for (Object body :
        List.of(
            bytes,
            new ByteArrayInputStream(bytes),
            new StringBuilder(TEXT),
            new StringReader(TEXT),
            file,
            file.toFile())) {
      assertThat(embed(body)).containsExactly(expected, within(1e-5f));
    }
    Files.delete(file);
  }

  @Test
  void shouldTakeTheContentOfAConsumedFile() throws Exception {
    MockEndpoint mock = getMockEndpoint("mock:file");
    mock.expectedMessageCount(1);

    Files.writeString(folder.resolve("text.txt"), TEXT);

    mock.assertIsSatisfied();
    float[] vector = mock.getExchanges().get(0).getMessage().getBody(float[].class);
    assertThat(vector[0]).isCloseTo(0.03324158f, within(1e-5f));
  }

  @Test
  void shouldTakeATextThatLooksLikeAPathForAText() throws Exception {
    Path file = Files.writeString(Files.createTempFile("secret", ".txt"), TEXT);

    assertThat(embed(file.toString())[0]).isNotCloseTo(0.03324158f, within(1e-3f));
    Files.delete(file);
  }

  @Test
  void shouldTellHowTheAnswerCameAbout() {
    Map<String, Object> headers = send(TEXT).getMessage().getHeaders();

    assertThat((String) headers.get(GpuInferConstants.DEVICE)).startsWith("Host processor");
    assertThat(headers)
        .containsEntry(GpuInferConstants.MODEL_VERSION, "1")
        .containsEntry(GpuInferConstants.BATCH_SIZE, 1)
        .containsEntry(GpuInferConstants.STATE, ServerState.STABLE)
        .containsEntry(GpuInferConstants.TRUNCATED, false);
    assertThat((Double) headers.get(GpuInferConstants.QUEUE_MILLIS)).isNotNegative();
    assertThat((Double) headers.get(GpuInferConstants.COMPUTE_MILLIS)).isPositive();
  }

  @Test
  void shouldSayWhenATextWasCut() {
    Exchange answer = send("word ".repeat(2000));

    assertThat(answer.getMessage().getHeader(GpuInferConstants.TRUNCATED)).isEqualTo(true);
    assertThat(answer.getMessage().getBody(float[].class)).hasSize(384);
  }

  /** Where Camel does not cache a stream, which would read it all, nothing else does. */
  @Test
  void shouldRefuseATextWithoutAnEnd() {
    assertThatThrownBy(() -> embed("x".repeat(10 << 20)))
        .cause()
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("limits.maxCharacters");
    AtomicLong read = new AtomicLong();
    InputStream endless =
        new InputStream() {
          @Override
          public int read() {
            read.incrementAndGet();
            return 'x';
          }
        };

    assertThatThrownBy(() -> template.requestBody("direct:uncached", endless))
        .cause()
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("16777216 characters");
    assertThat(read).hasValueLessThan(17 << 20);
  }

  @Test
  void shouldAnswerARecordThatBecomesJson() {
    Embedding embedding = template.requestBody("direct:record", TEXT, Embedding.class);
    String json = template.requestBody("direct:record", TEXT, String.class);

    assertThat(embedding.vector()).containsExactly(embed(TEXT), within(1e-5f));
    assertThat(embedding.tokens()).isEqualTo(8);
    assertThat(json).startsWith("{\"model\":\"minilm/1\",\"dimensions\":384,\"tokens\":8,");
    assertThat(template.requestBody("direct:record", TEXT, float[].class)).hasSize(384);
  }

  @Test
  void shouldLetTheRouteGoOnOnAThreadOfItsOwn() {
    assertThat(template.requestBody("direct:thread", TEXT, String.class)).contains("GpuInferRoute");
  }

  @Test
  void shouldGiveEachOfManyCallersItsOwnAnswer() {
    List<String> texts = IntStream.range(0, 60).mapToObj(i -> "This is text " + i).toList();
    List<float[]> alone = texts.stream().map(this::embed).toList();

    List<CompletableFuture<Object>> answers = new ArrayList<>();
    texts.forEach(text -> answers.add(template.asyncRequestBody("direct:embed", text)));

    for (int i = 0; i < texts.size(); i++) {
      assertThat((float[]) answers.get(i).join()).containsExactly(alone.get(i), within(1e-5f));
    }
  }

  @Test
  void shouldRefuseWhatIsNoText() {
    assertThatThrownBy(() -> embed(Map.of("a", 1)))
        .isInstanceOf(CamelExecutionException.class)
        .cause()
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("takes a text");
    assertThatThrownBy(() -> embed(null))
        .cause()
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("empty");
    assertThatThrownBy(() -> embed(List.of()))
        .cause()
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("empty");
    assertThat(embed(TEXT)).hasSize(384);
  }

  @Test
  void shouldCountWhatItAnswersAndRefuses() {
    GpuInferEndpoint endpoint =
        context.getEndpoint("gpu-infer:minilm?device=cpu", GpuInferEndpoint.class);
    long completed = endpoint.getCompleted();
    long failed = endpoint.getFailed();

    embed(TEXT);
    send(Map.of());

    await().atMost(5, TimeUnit.SECONDS).until(() -> endpoint.getFailed() == failed + 1);
    assertThat(endpoint.getCompleted()).isGreaterThan(completed);
  }

  private float[] embed(Object body) {
    return template.requestBody("direct:embed", body, float[].class);
  }

  private Exchange send(Object body) {
    return template.request("direct:embed", e -> e.getMessage().setBody(body));
  }

  private static double length(float[] vector) {
    double sum = 0;
    for (float x : vector) {
      sum += x * x;
    }
    return Math.sqrt(sum);
  }
}
