package io.gpuinfer.component.video;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import io.gpuinfer.component.GpuInferConstants;
import io.gpuinfer.engine.InvalidInputException;
import io.gpuinfer.tasks.image.Picture;
import io.gpuinfer.tasks.video.FrameSelection;
import io.gpuinfer.tasks.video.Segment;
import io.gpuinfer.tasks.video.VideoLimits;
import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.camel.Exchange;
import org.apache.camel.RoutesBuilder;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.mock.MockEndpoint;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.test.junit5.CamelTestSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Clips through routes: frames, their text, and segments of it. */
@TestInstance(Lifecycle.PER_CLASS)
@Timeout(60)
class VideoRouteTest extends CamelTestSupport {

  @TempDir static Path folder;
  @TempDir static Path inbox;

  /** Four seconds, with a word from second 1 to second 3. */
  private static byte[] clip;

  @BeforeAll
  static void recordClip() throws Exception {
    clip = WordClip.record(folder.resolve("clip.mp4"), 4, 1, 3);
  }

  @Override
  protected RoutesBuilder createRouteBuilder() throws Exception {
    PluginHelper.getRoutesLoader(context)
        .loadRoutes(
            PluginHelper.getResourceLoader(context).resolveResource("classpath:routes/video.yaml"));
    return new RouteBuilder() {
      @Override
      public void configure() {
        VideoFrameSplitter frames =
            new VideoFrameSplitter(FrameSelection.ALL.withRate(5), VideoLimits.DEFAULT);
        SegmentAggregation segments = new SegmentAggregation();
        from("direct:frames").split(frames).streaming().to("mock:frames");
        from("file:" + inbox + "?initialDelay=0&delay=20")
            .split(frames)
            .streaming()
            .to("mock:inbox");
        from("direct:brightness")
            .split(frames, segments)
            .streaming()
            .process(VideoRouteTest::describe);
        from("direct:parallel")
            .split(frames, segments)
            .streaming()
            .parallelProcessing()
            .process(VideoRouteTest::describe)
            .delay(simple("${random(1,40)}"));
        from("direct:failing")
            .split(frames, segments)
            .streaming()
            .stopOnException()
            .process(VideoRouteTest::failInTheMiddle);
      }
    };
  }

  @Test
  void shouldSayFromWhenToWhenATextIsToBeSeen() {
    Object segments = template.requestBody("direct:read-clip", clip);

    assertThat(segments).isEqualTo(List.of(new Segment(1.0, 3.0, WordClip.WORD, 4)));
  }

  @Test
  void shouldSplitClipsHoweverTheyCome() throws Exception {
    Path file = folder.resolve("clip.mp4");
    for (Object body : List.of(clip, new ByteArrayInputStream(clip), file, file.toFile())) {
      MockEndpoint mock = mock("mock:frames", 20);
      template.sendBodyAndHeader("direct:frames", body, "sender", "me");
      mock.assertIsSatisfied();
      assertFrames(mock);
      assertThat(mock.getExchanges().get(7).getMessage().getHeader("sender")).isEqualTo("me");
    }
  }

  @Test
  void shouldSplitAFileThatWasConsumed() throws Exception {
    MockEndpoint mock = mock("mock:inbox", 20);

    Files.write(folder.resolve("moving.mp4"), clip);
    Files.move(folder.resolve("moving.mp4"), inbox.resolve("clip.mp4"));

    mock.assertIsSatisfied();
    assertFrames(mock);
  }

  @Test
  void shouldMakeSegmentsOfWhatTheRouteSaysOfEachFrame() {
    List<Segment> expected =
        List.of(
            new Segment(0, 1, "light", 5),
            new Segment(1, 3, "dark", 10),
            new Segment(3, 4, "light", 5));

    Exchange answer = template.request("direct:brightness", e -> e.getMessage().setBody(clip));

    assertThat(answer.getMessage().getBody()).isEqualTo(expected);
    assertThat(answer.getMessage().getHeaders()).doesNotContainKey("CamelGpuInferFrameSeconds");
    assertThat(template.requestBody("direct:parallel", clip)).isEqualTo(expected);
  }

  @Test
  void shouldGiveEverythingBackWhenTheRouteFails() {
    assertThatThrownBy(() -> template.requestBody("direct:failing", new ByteArrayInputStream(clip)))
        .hasRootCauseMessage("the fifth frame");

    await().atMost(10, TimeUnit.SECONDS).untilAsserted(() -> assertNothingIsOpen());
  }

  @Test
  void shouldGiveEverythingBackWhenAClipEndsOrIsDamaged() {
    template.requestBody("direct:brightness", new ByteArrayInputStream(clip));
    byte[] half = Arrays.copyOf(clip, clip.length / 2);

    assertThatThrownBy(() -> template.requestBody("direct:brightness", half))
        .cause()
        .isInstanceOf(InvalidInputException.class);
    await().atMost(10, TimeUnit.SECONDS).untilAsserted(() -> assertNothingIsOpen());
  }

  @Test
  void shouldRefuseWhatIsNoClip() {
    for (Object body : Arrays.asList("/etc/hostname", 7, null, new byte[] {1, 2, 3})) {
      Exchange answer = template.request("direct:frames", e -> e.getMessage().setBody(body));

      assertThat(answer.getException()).isInstanceOf(InvalidInputException.class);
    }
    assertThatThrownBy(() -> template.requestBody("direct:read-clip", "/etc/hostname"))
        .hasRootCauseInstanceOf(InvalidInputException.class);
  }

  private MockEndpoint mock(String uri, int count) {
    MockEndpoint mock = getMockEndpoint(uri);
    mock.reset();
    mock.expectedMessageCount(count);
    return mock;
  }

  private static void assertFrames(MockEndpoint mock) {
    for (int i = 0; i < 20; i++) {
      Exchange frame = mock.getExchanges().get(i);
      assertThat(frame.getMessage().getBody()).isInstanceOf(Picture.class);
      assertThat(frame.getMessage().getHeader(GpuInferConstants.FRAME_INDEX)).isEqualTo(i);
      assertThat(frame.getMessage().getHeader(GpuInferConstants.FRAME_SECONDS, Double.class))
          .isCloseTo(i / 5.0, within(1e-6));
    }
    assertThat(mock.getExchanges().get(0).getMessage().getHeader(GpuInferConstants.FRAME_IS_KEY))
        .isEqualTo(true);
  }

  /** Whether there is anything where the word has a bar. */
  private static void describe(Exchange exchange) {
    Picture picture = exchange.getMessage().getBody(Picture.class);
    exchange.getMessage().setBody((picture.rgb(104, 60) & 0xff) < 128 ? "dark" : "light");
  }

  private static void failInTheMiddle(Exchange exchange) {
    describe(exchange);
    if (exchange.getMessage().getHeader(GpuInferConstants.FRAME_INDEX, Integer.class) == 4) {
      throw new IllegalStateException("the fifth frame");
    }
  }

  private static void assertNothingIsOpen() throws Exception {
    assertThat(Thread.getAllStackTraces().keySet())
        .extracting(Thread::getName)
        .doesNotContain("gpu-infer-look-ahead");
    try (var files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .noneMatch(name -> name.startsWith("gpu-infer-clip"));
    }
  }
}
