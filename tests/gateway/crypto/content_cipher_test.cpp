#include "gateway/crypto/content_cipher.h"

#include "gateway/crypto/base64.h"
#include "gateway/crypto/digest.h"

#include <gtest/gtest.h>

namespace rollcall {
namespace {

std::string unhex(std::string_view text) {
  std::string bytes;
  for (std::size_t i = 0; i + 1 < text.size(); i += 2) {
    bytes += static_cast<char>(std::stoi(std::string(text.substr(i, 2)), nullptr, 16));
  }
  return bytes;
}

struct Case {
  ContentCipher cipher;
  std::string key, iv, ciphertext, tag, associated, plaintext;
};

/// RFC 7518 B.1 and B.3; test cases 4 and 16 of the GCM specification.
const std::vector<Case>& cases() {
  static const std::string principle =
      "A cipher system must not be required to be secret, and it must be able to fall into the "
      "hands of the enemy without inconvenience";
  static const std::string gcm_plain = unhex(
      "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6"
      "b525b16aedf5aa0de657ba637b39");
  static const std::string gcm_associated = unhex("feedfacedeadbeeffeedfacedeadbeefabaddad2");
  static const std::vector<Case> all{
      {ContentCipher::a128_cbc_hs256,
       unhex("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"),
       unhex("1af38c2dc2b96ffdd86694092341bc04"),
       unhex("c80edfa32ddf39d5ef00c0b468834279a2e46a1b8049f792f76bfe54b903a9c9"
             "a94ac9b47ad2655c5f10f9aef71427e2fc6f9b3f399a221489f16362c7032336"
             "09d45ac69864e3321cf82935ac4096c86e133314c54019e8ca7980dfa4b9cf1b"
             "384c486f3a54c51078158ee5d79de59fbd34d848b3d69550a67646344427ade5"
             "4b8851ffb598f7f80074b9473c82e2db"),
       unhex("652c3fa36b0a7c5b3219fab3a30bc1c4"), "The second principle of Auguste Kerckhoffs",
       principle},
      {ContentCipher::a256_cbc_hs512,
       unhex("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
             "202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f"),
       unhex("1af38c2dc2b96ffdd86694092341bc04"),
       unhex("4affaaadb78c31c5da4b1b590d10ffbd3dd8d5d302423526912da037ecbcc7bd"
             "822c301dd67c373bccb584ad3e9279c2e6d12a1374b77f077553df829410446b"
             "36ebd97066296ae6427ea75c2e0846a11a09ccf5370dc80bfecbad28c73f09b3"
             "a3b75e662a2594410ae496b2e2e6609e31e6e02cc837f053d21f37ff4f51950b"
             "be2638d09dd7a4930930806d0703b1f6"),
       unhex("4dd3b4c088a7f45c216839645b2012bf2e6269a8c56a816dbc1b267761955bc5"),
       "The second principle of Auguste Kerckhoffs", principle},
      {ContentCipher::a128_gcm, unhex("feffe9928665731c6d6a8f9467308308"),
       unhex("cafebabefacedbaddecaf888"),
       unhex("42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e21d514b25466931c7d8f"
             "6a5aac84aa051ba30b396a0aac973d58e091"),
       unhex("5bc94fbc3221a5db94fae95ae7121a47"), gcm_associated, gcm_plain},
      {ContentCipher::a256_gcm,
       unhex("feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308"),
       unhex("cafebabefacedbaddecaf888"),
       unhex("522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b0"
             "8b1056828838c5f61e6393ba7a0abcc9f662"),
       unhex("76fc6ece0f4e1768cddf8853bb2d551b"), gcm_associated, gcm_plain},
  };
  return all;
}

std::optional<std::string> open(const Case& one) {
  return open(one.cipher, Secret(one.key),
              {.iv = one.iv, .ciphertext = one.ciphertext, .tag = one.tag}, one.associated);
}

TEST(ContentCipher, GivesThePublishedVectors) {
  for (const Case& one : cases()) {
    EXPECT_EQ(key_size(one.cipher), one.key.size());
    EXPECT_EQ(open(one), one.plaintext);
  }
}

TEST(ContentCipher, NoticesEveryChange) {
  const std::initializer_list<std::string Case::*> inputs{&Case::key, &Case::iv, &Case::ciphertext,
                                                          &Case::tag, &Case::associated};
  for (const Case& one : cases()) {
    for (const auto input : inputs) {
      const std::string& original = one.*input;
      std::string first = original;
      first.front() = static_cast<char>(first.front() ^ 1);
      std::string last = original;
      last.back() = static_cast<char>(last.back() ^ 0x80);
      for (const std::string& bytes :
           {first, last, original.substr(1), original.substr(0, original.size() - 1),
            original + '\0', '\0' + original, std::string()}) {
        Case changed = one;
        changed.*input = bytes;
        EXPECT_EQ(open(changed), std::nullopt) << base64url_encode(bytes);
      }
    }
  }
}

TEST(Digest, GivesTheVectorsOfFips180) {
  EXPECT_EQ(hex_encode(digest(Hash::sha1, "abc")), "a9993e364706816aba3e25717850c26c9cd0d89d");
  EXPECT_EQ(hex_encode(digest(Hash::sha256, "abc")),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(hex_encode(digest(Hash::sha384, "abc")),
            "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed"
            "8086072ba1e7cc2358baeca134c825a7");
  EXPECT_EQ(hex_encode(digest(Hash::sha512, "abc")),
            "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
            "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f");
}

}  // namespace
}  // namespace rollcall
