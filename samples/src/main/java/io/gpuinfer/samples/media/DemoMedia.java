package io.gpuinfer.samples.media;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;

/** Writes the invoice page, the street sign and the clip into a folder. */
public final class DemoMedia {

  private static final long SEED = 20260417;

  private final Path folder;

  public DemoMedia(Path folder) {
    this.folder = folder;
  }

  public Path invoice() {
    return folder.resolve("invoice.png");
  }

  public Path streetSign() {
    return folder.resolve("street-sign.png");
  }

  public Path clip() {
    return folder.resolve("clip.mp4");
  }

  /** Writes all three, over what was there. */
  public void write() throws IOException {
    Files.createDirectories(folder);
    ImageIO.write(InvoicePage.render(), "png", invoice().toFile());
    ImageIO.write(StreetSign.render(SEED), "png", streetSign().toFile());
    MovingTextClip.write(clip());
  }
}
