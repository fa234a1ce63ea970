#!/bin/sh
# Signs the bundle from the inside out, has Apple look at it, staples the answer to it and packs it.
# Usage, on macOS: packaging/macos/sign-and-notarise.sh "dist/Desktop Chat.app" VERSION
# Needs: SIGNING_IDENTITY ("Developer ID Application: ..."), NOTARY_PROFILE (made once by `xcrun notarytool
# store-credentials`). Without an identity the bundle is signed for this machine alone ("-") and not sent to Apple;
# macOS then warns who opens it, and asks for the keychain again after each update. Not run by the project so far.
set -eu

bundle=$1
version=$2
identity=${SIGNING_IDENTITY:--}
entitlements=$(dirname "$0")/entitlements.plist
archive=$(dirname "$bundle")/desktop-chat-$version-macos-$(uname -m).zip

sign() {
    if [ "$identity" = - ]; then
        codesign --force --sign - "$@"
    else
        codesign --force --sign "$identity" --options runtime --timestamp "$@"
    fi
}

find "$bundle/Contents" -type f \( -name '*.dylib' -o -name '*.so' \) | while IFS= read -r library; do
    sign "$library"
done
find "$bundle/Contents" -type d -name '*.framework' | while IFS= read -r framework; do
    sign "$framework"
done
sign --entitlements "$entitlements" "$bundle/Contents/MacOS/desktop-chat"
sign --entitlements "$entitlements" "$bundle"
codesign --verify --deep --strict --verbose=2 "$bundle"

ditto -c -k --keepParent "$bundle" "$archive"
if [ "$identity" != - ] && [ -n "${NOTARY_PROFILE:-}" ]; then
    xcrun notarytool submit "$archive" --keychain-profile "$NOTARY_PROFILE" --wait
    xcrun stapler staple "$bundle"
    ditto -c -k --keepParent "$bundle" "$archive"
    spctl --assess --type execute --verbose=2 "$bundle"
fi
echo "$archive"
