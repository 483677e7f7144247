package io.gpuinfer.dashboard;

import io.gpuinfer.component.ServedModel;
import io.gpuinfer.dashboard.TryAnswer.Frame;
import io.gpuinfer.engine.Tensor;
import io.gpuinfer.tasks.embedding.Embedding;
import io.gpuinfer.tasks.image.Picture;
import io.gpuinfer.tasks.image.PictureReader;
import io.gpuinfer.tasks.video.FrameSelection;
import io.gpuinfer.tasks.video.FrameSize;
import io.gpuinfer.tasks.video.VideoFrame;
import io.gpuinfer.tasks.video.VideoFrames;
import io.gpuinfer.tasks.video.VideoLimits;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePattern;
import org.apache.camel.ProducerTemplate;
import org.springframework.web.servlet.function.ServerRequest;

/** Sends what a user gives to a model, the way that the application's own requests go. */
final class TryOut {

  /** A file and a decoded picture each, so their number bounds the memory they take. */
  private static final int AT_ONCE = 4;

  /** Of a clip: two frames a second, as many as a person looks through. */
  private static final FrameSelection FRAMES =
      FrameSelection.ALL.withRate(2).withMaxFrames(30).withSize(FrameSize.parse("1280"));

  private static final int MOST_NUMBERS = 1000;

  private final Entrances entrances;
  private final PictureReader pictures = new PictureReader(PictureReader.DEFAULT_MAX_PIXELS);
  private final Semaphore places = new Semaphore(AT_ONCE);

  TryOut(Entrances entrances) {
    this.entrances = entrances;
  }

  /**
   * The model's answer to the body of a request.
   *
   * @throws Refusal when too many try at once, or the body is nothing for the model
   * @throws io.gpuinfer.engine.GpuInferException as the model refuses what it is sent
   */
  TryAnswer answer(ServedModel model, ServerRequest request) throws IOException {
    if (!places.tryAcquire()) {
      throw Refusal.busy(
          "%d requests are being tried, and no more may be; try again".formatted(AT_ONCE));
    }
    try {
      Upload upload = Upload.read(request, Accepted.by(model));
      Endpoint entrance = entrances.entrance(model);
      // Of its own, as a template keeps its producers, and these the models that they send to.
      try (ProducerTemplate template = entrance.getCamelContext().createProducerTemplate()) {
        return answer(model, upload, body -> send(template, entrance, body));
      }
    } finally {
      places.release();
    }
  }

  private TryAnswer answer(ServedModel model, Upload upload, Function<Object, TryCall> send)
      throws IOException {
    return switch (upload.kind()) {
      case TEXT, JSON -> answer(model, upload, null, send.apply(upload.text()));
      case PICTURE -> {
        Picture picture = pictures.read(upload.bytes());
        yield answer(model, upload, picture, send.apply(picture));
      }
      case CLIP -> clip(model, upload, send);
    };
  }

  private static TryAnswer answer(ServedModel model, Upload upload, Picture picture, TryCall call) {
    List<Frame> frames = TryFrames.of(call.value(), 0, null, picture).stream().toList();
    return answer(model, upload, call, frames);
  }

  private static TryAnswer clip(ServedModel model, Upload upload, Function<Object, TryCall> send)
      throws IOException {
    List<Frame> frames = new ArrayList<>();
    TryCall all = null;
    try (VideoFrames clip = VideoFrames.open(upload.bytes(), FRAMES, VideoLimits.DEFAULT)) {
      while (clip.hasNext()) {
        VideoFrame frame = clip.next();
        TryCall call = send.apply(frame.picture());
        TryFrames.of(call.value(), frame.index(), frame.seconds(), frame.picture())
            .ifPresent(frames::add);
        all = all == null ? call : call.after(all);
      }
    }
    if (all == null) {
      throw Refusal.badRequest("There is no frame in the clip");
    }
    return answer(model, upload, all, frames);
  }

  private static TryAnswer answer(
      ServedModel model, Upload upload, TryCall call, List<Frame> frames) {
    Object value = call.value();
    float[] vector = vector(value);
    TryAnswer.Image image =
        value instanceof byte[] file && call.mediaType() != null
            ? new TryAnswer.Image(call.mediaType(), file)
            : null;
    boolean isShown = !frames.isEmpty() || vector != null || image != null;
    return new TryAnswer(
        model.id(),
        upload.name(),
        upload.kind().title(),
        model.task(),
        call.totalMs(),
        call.queueMs(),
        call.transferMs(),
        call.computeMs(),
        call.restMs(),
        call.device(),
        call.deviceShare(),
        call.version(),
        call.state(),
        call.degraded(),
        call.batchSize(),
        frames,
        vector,
        image,
        isShown ? null : plain(value));
  }

  private static float[] vector(Object value) {
    if (value instanceof float[] numbers) {
      return numbers;
    }
    return value instanceof Embedding embedding ? embedding.vector() : null;
  }

  private static TryCall send(ProducerTemplate template, Endpoint entrance, Object body) {
    Exchange exchange = entrance.createExchange(ExchangePattern.InOut);
    exchange.getMessage().setBody(body);
    long from = System.nanoTime();
    Exchange answer = template.send(entrance, exchange);
    if (answer.getException() != null) {
      throw DashboardErrors.reason(answer.getException());
    }
    return TryCall.of(answer, System.nanoTime() - from);
  }

  /** Something that JSON can hold; of a tensor no more numbers than a person reads. */
  private static Object plain(Object value) {
    if (value instanceof Tensor tensor) {
      int count = Math.min(MOST_NUMBERS, tensor.size());
      float[] numbers = Arrays.copyOf(tensor.toFloatArray(), count);
      return Map.of("type", tensor.type().name(), "shape", tensor.shape(), "data", numbers);
    }
    if (value instanceof Map<?, ?> map) {
      return map.entrySet().stream()
          .collect(
              Collectors.toMap(each -> each.getKey().toString(), each -> plain(each.getValue())));
    }
    return value;
  }
}
