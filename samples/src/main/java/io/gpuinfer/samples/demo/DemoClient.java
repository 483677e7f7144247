package io.gpuinfer.samples.demo;

import com.fasterxml.jackson.databind.JsonNode;
import io.gpuinfer.samples.media.DemoMedia;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Shows the routes at work: answers, degraded answers while the device fails, and recovery.
 *
 * <p>Arguments: the application's address, a folder for the media, and whatever else is to be sent.
 * The system property {@code demo.faces} names a photograph for the task that looks for faces. Ends
 * with status 1 when a step does not do what it should.
 */
public final class DemoClient {

  private static final Duration LONGEST_RECOVERY = Duration.ofSeconds(60);
  private static final Duration BETWEEN_TRIES = Duration.ofMillis(500);

  private final SampleClient client;
  private final AnswerPrinter printer;

  private DemoClient(SampleClient client, AnswerPrinter printer) {
    this.client = client;
    this.printer = printer;
  }

  public static void main(String[] args) throws InterruptedException {
    try {
      DemoClient demo =
          new DemoClient(new SampleClient(URI.create(args[0])), new AnswerPrinter(System.out));
      DemoMedia media = new DemoMedia(Path.of(args[1]));
      media.write();
      demo.run(media, inputs(media, List.of(args).subList(2, args.length)));
    } catch (IOException | IllegalStateException e) {
      System.err.println("The demo failed: " + e.getMessage());
      System.exit(1);
    }
  }

  private static List<DemoInput> inputs(DemoMedia media, List<String> own) throws IOException {
    List<DemoInput> inputs = new ArrayList<>();
    inputs.add(DemoInput.text("Where is the package I ordered?"));
    inputs.add(DemoInput.image(media.invoice()));
    inputs.add(DemoInput.image(media.streetSign()));
    inputs.add(DemoInput.video(media.clip()));
    for (String argument : own) {
      inputs.add(DemoInput.of(argument));
    }
    return inputs;
  }

  private void run(DemoMedia media, List<DemoInput> inputs)
      throws IOException, InterruptedException {
    printer.heading("Devices");
    JsonNode devices = client.devices();
    printer.devices(devices);

    printer.heading("Answers");
    for (DemoInput input : inputs) {
      require(!ask(input), "no answer is degraded while the device works");
    }

    printer.heading("One of each task");
    Optional<Path> faces = Optional.ofNullable(System.getProperty("demo.faces")).map(Path::of);
    new DemoTasks(client, printer, media).run(faces);

    if (!hasOpenCl(devices)) {
      printer.heading("No OpenCL device, so all of it ran on the host's CPU engine");
      printer.say("There is no device whose failure could be shown.");
      return;
    }

    printer.shorten(3);
    printer.heading("The device fails on purpose: the same requests, degraded");
    client.startDrill();
    try {
      for (DemoInput input : inputs) {
        require(ask(input), "every answer is degraded while the device fails");
      }
    } finally {
      client.stopDrill();
    }

    printer.heading("The device works again");
    for (DemoInput input : inputs) {
      recover(input);
    }
  }

  /** Whether the printed answer was degraded. */
  private boolean ask(DemoInput input) throws IOException, InterruptedException {
    JsonNode answer = client.ask(input);
    printer.answer(input, answer);
    return answer.get("degraded").asBoolean();
  }

  /** The breaker and the server each leave a failed device alone for a while before they try it. */
  private void recover(DemoInput input) throws IOException, InterruptedException {
    long start = System.nanoTime();
    JsonNode answer = client.ask(input);
    while (answer.get("degraded").asBoolean()) {
      require(
          System.nanoTime() - start < LONGEST_RECOVERY.toNanos(),
          "the device is used again within " + LONGEST_RECOVERY.toSeconds() + " s");
      TimeUnit.MILLISECONDS.sleep(BETWEEN_TRIES.toMillis());
      answer = client.ask(input);
    }
    printer.answer(input, answer);
  }

  private static boolean hasOpenCl(JsonNode devices) {
    for (JsonNode device : devices.get("devices")) {
      if (!device.get("kind").asText().equals("HOST_CPU")) {
        return true;
      }
    }
    return false;
  }

  private static void require(boolean holds, String expectation) {
    if (!holds) {
      throw new IllegalStateException("this was expected, and is not so: " + expectation);
    }
  }
}
