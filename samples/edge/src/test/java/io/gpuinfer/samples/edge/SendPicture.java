package io.gpuinfer.samples.edge;

import io.gpuinfer.samples.edge.Peer.Received;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * The other side of the broker, for {@code run}: waits for the application, and sends it pictures.
 */
final class SendPicture {

  private static final Duration LONGEST = Duration.ofSeconds(60);

  private SendPicture() {}

  /**
   * @param args the broker's URL, what the topics begin with, and files; without files, it ends
   *     once the application is there
   */
  public static void main(String[] args) throws Exception {
    try (Peer peer = new Peer(args[0], args[1])) {
      System.out.println("connected");
      peer.awaitOnline(LONGEST);
      System.out.println("online " + System.currentTimeMillis());
      for (int i = 2; i < args.length; i++) {
        long begin = System.nanoTime();
        peer.send(args[i], Files.readAllBytes(Path.of(args[i])));
        Received answer = peer.awaitAnswer(LONGEST, args[i]);
        System.out.printf(
            "%s, after %d ms, on %s:%n  %s%n",
            args[i], (System.nanoTime() - begin) / 1_000_000, answer.topic(), answer.text());
      }
    }
  }
}
