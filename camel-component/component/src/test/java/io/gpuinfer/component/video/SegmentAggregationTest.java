package io.gpuinfer.component.video;

import static org.assertj.core.api.Assertions.assertThat;

import io.gpuinfer.component.GpuInferConstants;
import io.gpuinfer.tasks.video.Segment;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePropertyKey;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class SegmentAggregationTest {

  private static final int FRAMES = 2000;

  private final SegmentAggregation segments = new SegmentAggregation();

  /** As a split with parallelAggregate does: its result is the one that was set last. */
  @Test
  @Timeout(60)
  void shouldTakeFramesThatComeAtTheSameTime() throws Exception {
    try (CamelContext context = new DefaultCamelContext()) {
      for (int round = 0; round < 20; round++) {
        Exchange clip = new DefaultExchange(context);
        AtomicReference<Exchange> result = new AtomicReference<>();
        IntStream.range(0, FRAMES)
            .parallel()
            .forEach(i -> result.set(segments.aggregate(result.get(), frame(context, i), clip)));
        segments.onCompletion(result.get(), clip);

        assertThat(result.get().getMessage().getBody())
            .isEqualTo(
                List.of(
                    new Segment(0, FRAMES / 2, "first", FRAMES / 2),
                    new Segment(FRAMES / 2, FRAMES, "second", FRAMES / 2)));
        assertThat(clip.getProperties()).isEmpty();
      }
    }
  }

  @Test
  void shouldFailWithTheFirstFrameThatFails() throws Exception {
    try (CamelContext context = new DefaultCamelContext()) {
      Exchange clip = new DefaultExchange(context);
      Exchange good = segments.aggregate(null, frame(context, 0), clip);
      Exchange bad = frame(context, 1);
      bad.setException(new IllegalStateException("the second frame"));

      assertThat(segments.aggregate(good, bad, clip)).isSameAs(bad);
      assertThat(segments.aggregate(good, frame(context, 2), clip)).isSameAs(bad);
      segments.onCompletion(bad, clip);
      assertThat(bad.getMessage().getBody()).isEqualTo("first");
      assertThat(clip.getProperties()).isEmpty();
    }
  }

  private static Exchange frame(CamelContext context, int index) {
    Exchange frame = new DefaultExchange(context);
    frame.setProperty(ExchangePropertyKey.SPLIT_INDEX, index);
    frame.getMessage().setHeader(GpuInferConstants.FRAME_SECONDS, (double) index);
    frame.getMessage().setBody(index < FRAMES / 2 ? "first" : "second");
    return frame;
  }
}
